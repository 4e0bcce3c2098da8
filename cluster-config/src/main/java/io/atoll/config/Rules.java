package io.atoll.config;

import java.util.List;

/**
 * What types can't say: references, ranges, and what must stand together. Each check is a small
 * method on one record; the error points at the key it is about. What takes more than a few checks
 * has a class of its own. Of one place, errors are told in the order in which they are found here.
 */
final class Rules {
  private final Checks checks;

  private Rules(Checks checks) {
    this.checks = checks;
  }

  /**
   * Adds a problem for every rule that a configuration breaks.
   *
   * @param config as the binder made it, perhaps of a file with other problems
   * @param positions of the records in {@code config}
   */
  static void check(EdgeConfig config, Positions positions, Problems problems) {
    Checks checks = new Checks(positions, problems);
    Rules rules = new Rules(checks);
    new ClusterRules(checks).check(config);
    new ListenerRules(checks).check(config);
    new UpstreamRules(checks).check(config.upstreams());
    rules.rateLimits(config.rateLimits());
    rules.access(config.access());
    new ErrorPageRules(checks).check(config.errorPages());
    new RouteRules(config, checks).check(config);
    rules.cache(config.cache());
    rules.telemetry(config.telemetry().accessLog());
  }

  private void rateLimits(List<RateLimitConfig> limits) {
    checks.unique(limits, RateLimitConfig::name);
    for (RateLimitConfig limit : limits) {
      checks.name(limit.name(), limit, "name");
      if (limit.burst() != null) {
        checks.range(limit.burst(), 1, mostBurst(limit.rate()), limit, "burst");
      }
      if (limit.key() instanceof RateLimitConfig.Header header) {
        checks.token(header.header(), header, "", "the name of a field");
      }
    }
  }

  /** A bucket is full within half the range of a clock of nanoseconds, some 73 years. */
  private static int mostBurst(Rate rate) {
    long interval = Math.ceilDiv(rate.per().toNanos(), rate.permits());
    return Math.clamp((1L << 61) / interval - 256, 1, Integer.MAX_VALUE);
  }

  private void access(List<AccessConfig> lists) {
    checks.unique(lists, AccessConfig::name);
    for (AccessConfig list : lists) {
      checks.name(list.name(), list, "name");
      boolean unread = checks.unread(list, "") || !checks.complete(list, "cidrs");
      checks.demand(
          unread || list.file() != null || !list.cidrs().isEmpty(),
          list,
          "",
          "expected cidrs or a file, found neither");
    }
  }

  private void cache(CacheConfig cache) {
    checks.range(cache.l2().backups(), 0, 3, cache.l2(), "backups");
  }

  private void telemetry(TelemetryConfig.AccessLog log) {
    checks.demand(
        log.sample() >= 0 && log.sample() <= 1,
        log,
        "sample",
        "expected 0.0 to 1.0, found " + log.sample());
  }
}
