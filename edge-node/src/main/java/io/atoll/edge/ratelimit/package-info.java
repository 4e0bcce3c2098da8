/**
 * Budgets: one bucket for each key in the whole cluster, and the leases that let a node decide
 * alone. {@code docs/rate-limits.md} says what is promised.
 */
@NullMarked
package io.atoll.edge.ratelimit;

import org.jspecify.annotations.NullMarked;
