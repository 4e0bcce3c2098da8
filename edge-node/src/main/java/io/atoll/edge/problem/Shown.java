package io.atoll.edge.problem;

import io.vertx.core.buffer.Buffer;

/**
 * What stands for a failure.
 *
 * @param type its media type, with parameters
 * @param content its own buffer
 */
public record Shown(String type, Buffer content) {}
