/**
 * The configuration a user writes: records that say what may stand in {@code edge.yaml}, the reader
 * that turns a file into them or into a list of every error at once, the JSON Schema made from
 * them, and the Hazelcast member settings that follow.
 */
@NullMarked
package io.atoll.config;

import org.jspecify.annotations.NullMarked;
