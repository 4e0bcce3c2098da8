package io.atoll.edge.cache;

/**
 * How far a node had read the purge log at a moment: taken when a fetch begins, and carried by what
 * is then stored.
 *
 * @param lineage which log: numbers of two logs can't be compared
 * @param number of the last purge applied in that log
 * @param era counts how often this node began anew; means nothing to other nodes
 */
public record Mark(long lineage, long number, int era) {}
