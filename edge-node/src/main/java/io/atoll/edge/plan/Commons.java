package io.atoll.edge.plan;

import io.atoll.edge.cache.ResponseCache;
import io.atoll.edge.compress.Codings;
import io.atoll.edge.exchange.Journal;
import io.atoll.edge.files.Disk;
import io.atoll.edge.files.Shelf;
import io.atoll.edge.filter.AddressSet;
import io.atoll.edge.ratelimit.RateLimits;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.upstream.KeptBodies;
import java.util.Map;

/**
 * What the event loops of a node have in common, and a plan refers to.
 *
 * @param node its id
 * @param telemetry the node's meters
 * @param journal where exchanges are written down
 * @param upstreams by their names
 * @param limits the leases of each limit
 * @param access the lists of addresses by their names
 * @param errorPages what clients are shown for failures
 * @param cache for routes that store
 * @param disk where files are read
 * @param shelf small files that were read a moment ago
 * @param codings what can be compressed to
 * @param bodies of requests that may be sent again
 */
public record Commons(
    String node,
    Telemetry telemetry,
    Journal journal,
    Map<String, UpstreamState> upstreams,
    RateLimits limits,
    Map<String, AddressSet> access,
    PagesOfRoutes errorPages,
    ResponseCache cache,
    Disk disk,
    Shelf shelf,
    Codings codings,
    KeptBodies bodies) {}
