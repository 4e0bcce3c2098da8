package io.atoll.edge.capacity;

/**
 * A node's part of what a backend takes.
 *
 * @param slots how many requests the node may have there at once
 * @param scarce whether all nodes together want so much that shares should follow closely
 */
public record Share(int slots, boolean scarce) {}
