package io.atoll.edge.cluster;

/**
 * The variants stored under one key, newest first.
 *
 * @param variants one or more
 */
@SuppressWarnings("ArrayRecordComponent") // Compact serialization knows arrays, not lists
record SharedHeads(SharedHead[] variants) {}
