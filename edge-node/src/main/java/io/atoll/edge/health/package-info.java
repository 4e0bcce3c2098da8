/**
 * What is thought of backends: active checks by a few observers, what real traffic says, and the
 * verdict that all nodes reach from it.
 *
 * <p>A request reports through {@link io.atoll.edge.health.Witness}. What nodes tell each other
 * goes through a {@link io.atoll.edge.health.VerdictBoard}. {@link
 * io.atoll.edge.health.HealthMonitor} puts it together and writes the result into the {@link
 * io.atoll.edge.balance.BackendSet}s.
 */
@NullMarked
package io.atoll.edge.health;

import org.jspecify.annotations.NullMarked;
