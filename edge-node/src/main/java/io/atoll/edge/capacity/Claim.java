package io.atoll.edge.capacity;

/**
 * What a node has to say of one backend, and asks for.
 *
 * @param number grows with each claim of that node, also where a backend left and came again; of
 *     the answers to earlier ones it heeds none
 * @param limit how many requests the backend may have of all nodes at once
 * @param holding how many of them this node uses or may use without asking, until it is answered:
 *     never more
 * @param wanted how many it could use
 */
public record Claim(long number, int limit, int holding, int wanted) {}
