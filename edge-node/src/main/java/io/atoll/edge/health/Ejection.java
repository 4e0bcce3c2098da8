package io.atoll.edge.health;

import java.time.Duration;

/**
 * Why this node leaves a backend alone, and for how long yet.
 *
 * @param reason its word in the metrics
 * @param left until requests may try it; zero: one may now
 */
public record Ejection(String reason, Duration left) {}
