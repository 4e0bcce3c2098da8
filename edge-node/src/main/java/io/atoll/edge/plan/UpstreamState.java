package io.atoll.edge.plan;

import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.capacity.UpstreamCapacity;
import io.atoll.edge.health.Witness;
import io.atoll.edge.session.StickySession;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.atoll.edge.tls.BackendTls;
import io.atoll.edge.traffic.RetryBudget;
import org.jspecify.annotations.Nullable;

/**
 * What the event loops of a node know together of one upstream.
 *
 * @param backends with their standing
 * @param witness hears how they fare with real traffic
 * @param capacity what they may have of this node at once, and who waits for it
 * @param budget of tries again, by the traffic of all nodes
 * @param tls to them; null: none
 * @param sticky keeps clients on their backends; null where the upstream doesn't
 * @param meters bound in advance
 */
public record UpstreamState(
    BackendSet backends,
    @Nullable BackendTls tls,
    Witness witness,
    UpstreamCapacity capacity,
    RetryBudget budget,
    @Nullable StickySession sticky,
    UpstreamMeters meters) {}
