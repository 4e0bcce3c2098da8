package io.atoll.edge.ratelimit;

/**
 * What an owner answered.
 *
 * @param granted tokens that are now the asker's, 0 to what was wanted
 * @param fullInNanos time until the bucket is full again, by the owner's clock; from it follow how
 *     many tokens are left and, where none is, when the next comes
 */
public record Grant(int granted, long fullInNanos) {}
