/**
 * Active checks as they are made: each on a connection of its own, over TCP or QUIC, in clear text
 * or over the upstream's TLS, and over before its deadline.
 *
 * <p>{@link io.atoll.edge.health.probe.Probers} makes the prober of an upstream. What is asked and
 * what passes is a class for each type of check; how it travels is a {@code Transport} for each
 * version of HTTP, which knows nothing of what is asked.
 */
@NullMarked
package io.atoll.edge.health.probe;

import org.jspecify.annotations.NullMarked;
