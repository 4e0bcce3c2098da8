package io.atoll.edge.cluster;

/**
 * Whose traffic to what. Crosses the wire.
 *
 * @param upstream the upstream's name
 * @param node the id of the node that had it
 */
record TrafficKey(String upstream, String node) {}
