/**
 * What nodes tell each other of their traffic: how many requests and retries an upstream had, and
 * how each of its backends answered them.
 *
 * <p>A request counts in {@link io.atoll.edge.traffic.Traffic} and {@link
 * io.atoll.edge.traffic.Tally}, over windows that slide. A few times a second each node posts the
 * sums to a {@link io.atoll.edge.traffic.TrafficBoard}, and all read there what the others had, so
 * that ten nodes with one error each know of ten.
 */
@NullMarked
package io.atoll.edge.traffic;

import org.jspecify.annotations.NullMarked;
