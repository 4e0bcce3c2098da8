package io.atoll.edge.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route of the plan in force.
 *
 * @param name from the configuration
 * @param hosts that match; empty: all
 * @param path that matches, as it is written; null: all
 * @param handler what answers: {@code proxy}, {@code redirect}, {@code respond}, …
 * @param target the upstream, or where a redirect goes; null where the handler has none
 * @param cached whether responses are stored
 * @param rateLimits names of the budgets it draws on
 */
public record RouteView(
    String name,
    List<String> hosts,
    @Nullable String path,
    String handler,
    @Nullable String target,
    boolean cached,
    List<String> rateLimits) {}
