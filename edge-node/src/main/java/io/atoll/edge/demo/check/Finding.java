package io.atoll.edge.demo.check;

/**
 * One promise, as measured.
 *
 * @param promise what was promised
 * @param figure what was seen
 * @param goal what it had to be
 * @param kept whether it was
 */
public record Finding(String promise, String figure, String goal, boolean kept) {}
