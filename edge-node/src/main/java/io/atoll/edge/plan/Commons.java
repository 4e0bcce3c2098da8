package io.atoll.edge.plan;

import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.exchange.Journal;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.atoll.edge.upstream.Reports;
import java.util.Map;

/**
 * What the event loops of a node have in common, and a plan refers to.
 *
 * @param telemetry the node's meters
 * @param journal where exchanges are written down
 * @param backends of each upstream, by its name
 * @param upstreamMeters of each upstream, by its name
 * @param reports who hears how backends fare
 * @param loops how many event loops share the node's limits
 */
public record Commons(
    Telemetry telemetry,
    Journal journal,
    Map<String, BackendSet> backends,
    Map<String, UpstreamMeters> upstreamMeters,
    Reports reports,
    int loops) {}
