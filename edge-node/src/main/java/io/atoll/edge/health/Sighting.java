package io.atoll.edge.health;

/**
 * An observation as it reached this node.
 *
 * @param node who observed
 * @param passing what
 * @param receivedAt when it came, by this node's ticker: clocks of other nodes don't matter
 */
public record Sighting(String node, boolean passing, long receivedAt) {}
