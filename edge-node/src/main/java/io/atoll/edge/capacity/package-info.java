/**
 * How many requests a backend may have at once: the cluster's limit in shares, this node's slots,
 * and the line of those who wait for one.
 */
@NullMarked
package io.atoll.edge.capacity;

import org.jspecify.annotations.NullMarked;
