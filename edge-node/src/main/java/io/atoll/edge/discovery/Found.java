package io.atoll.edge.discovery;

/**
 * A server that DNS names.
 *
 * @param host an address, as text and without brackets
 * @param port where it listens
 * @param weight its share against that of others of its level, 1 to 1000
 * @param level 0 is used first; each further one only where none of those before is left
 */
record Found(String host, int port, int weight, int level) {}
