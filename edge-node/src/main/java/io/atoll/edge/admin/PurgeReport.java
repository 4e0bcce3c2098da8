package io.atoll.edge.admin;

import java.util.List;

/**
 * What became of a purge.
 *
 * @param number in the cluster's sequence of purges
 * @param confirmed ids of the nodes that have applied it
 * @param missing ids of the nodes that had not said so in time; they apply it when they learn of it
 */
public record PurgeReport(long number, List<String> confirmed, List<String> missing) {}
