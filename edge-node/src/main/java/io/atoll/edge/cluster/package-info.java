/**
 * What nodes share, on Hazelcast: the only package that knows it. Each feature owns the small
 * interface it needs and has an in-process implementation of it; here are the others.
 */
@NullMarked
package io.atoll.edge.cluster;

import org.jspecify.annotations.NullMarked;
