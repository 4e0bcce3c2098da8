package io.atoll.config;

import java.util.List;

/** The whole of {@code edge.yaml}. */
public record EdgeConfig(
    @Doc("The cluster this node belongs to.") @Default("{}") ClusterConfig cluster,
    @Doc("This node itself.") @Default("{}") NodeConfig node,
    @Doc("Metrics, health, API and console.") @Default("{}") AdminConfig admin,
    @Doc("Addresses and the protocols they speak.") List<ListenerConfig> listeners,
    @Doc("Named groups of interchangeable backends.") @Default("[]") List<UpstreamConfig> upstreams,
    @Doc("Named budgets, used by routes.") @Default("[]") List<RateLimitConfig> rateLimits,
    @Doc("Named lists of addresses, used by routes.") @Default("[]") List<AccessConfig> access,
    @Doc("Pages for failures, for all routes and for what matches none.") @Default("[]")
        List<ErrorPageConfig> errorPages,
    @Doc("What requests match and what happens to them.") List<RouteConfig> routes,
    @Doc("Sizes of the two tiers of the cache.") @Default("{}") CacheConfig cache,
    @Doc("Access log and tracing.") @Default("{}") TelemetryConfig telemetry) {}
