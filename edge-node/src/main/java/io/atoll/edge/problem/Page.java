package io.atoll.edge.problem;

import io.atoll.config.ErrorPageConfig;
import io.atoll.config.StatusRange;
import io.netty.buffer.Unpooled;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;

/** A page of the configuration that stands for failures. Immutable, and safe on any event loop. */
final class Page {
  private final StatusRange statuses;
  private final String mediaType;
  private final boolean intercepts;
  private final byte[] content;

  Page(ErrorPageConfig config) {
    this.statuses = config.status();
    this.mediaType = config.file().mediaType();
    this.intercepts = config.intercept();
    this.content = config.file().text().getBytes(StandardCharsets.UTF_8);
  }

  boolean isFor(int status) {
    return statuses.contains(status);
  }

  /** In lower case, without parameters. */
  String mediaType() {
    return mediaType;
  }

  /** Whether it also replaces what a backend answers. */
  boolean intercepts() {
    return intercepts;
  }

  /** The page, not copied. */
  Shown shown() {
    return new Shown(
        mediaType.startsWith("text/") ? mediaType + "; charset=utf-8" : mediaType,
        BufferInternal.buffer(Unpooled.wrappedBuffer(content)));
  }
}
