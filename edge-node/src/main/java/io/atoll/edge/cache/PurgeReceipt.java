package io.atoll.edge.cache;

import java.util.List;

/**
 * What became of a purge.
 *
 * @param number of its last record in the purge log
 * @param confirmed ids of the nodes that have applied it
 * @param missing ids of the nodes that had not said so in time; each applies it when it reads the
 *     log, and serves nothing stored before that if it was away
 */
public record PurgeReceipt(long number, List<String> confirmed, List<String> missing) {}
