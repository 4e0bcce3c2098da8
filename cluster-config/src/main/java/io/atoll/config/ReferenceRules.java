package io.atoll.config;

import java.util.List;

/** What routes name: each is there, as far as the file could be read. */
final class ReferenceRules {
  private final Checks checks;
  private final EdgeConfig config;
  private final List<String> upstreams;
  private final List<String> lists;
  private final List<String> limits;

  ReferenceRules(EdgeConfig config, Checks checks) {
    this.checks = checks;
    this.config = config;
    this.upstreams = config.upstreams().stream().map(UpstreamConfig::name).toList();
    this.lists = config.access().stream().map(AccessConfig::name).toList();
    this.limits = config.rateLimits().stream().map(RateLimitConfig::name).toList();
  }

  void check(RouteConfig route) {
    if (route.proxy() != null && checks.complete(config, "upstreams")) {
      proxy(route.proxy());
    }
    if (checks.complete(config, "access")) {
      RouteConfig.Access access = route.access();
      references(access.allow(), lists, "list", access, "allow");
      references(access.deny(), lists, "list", access, "deny");
    }
    if (checks.complete(config, "rateLimits")) {
      references(route.rateLimit(), limits, "limit", route, "rateLimit");
      checks.eachOnce(route.rateLimit(), route, "rateLimit", "limit");
    }
  }

  private void proxy(RouteConfig.Proxy proxy) {
    if (proxy.upstream() != null) {
      reference(proxy.upstream(), upstreams, "upstream", proxy, "upstream");
    }
    for (String name : proxy.weighted().keySet()) {
      reference(name, upstreams, "upstream", proxy, "weighted." + name);
    }
    if (proxy.mirror() != null) {
      reference(proxy.mirror().upstream(), upstreams, "upstream", proxy.mirror(), "upstream");
    }
  }

  private void references(
      List<String> named, List<String> names, String kind, Object owner, String key) {
    for (int i = 0; i < named.size(); i++) {
      reference(named.get(i), names, kind, owner, key + "[" + i + "]");
    }
  }

  private void reference(String name, List<String> names, String kind, Object owner, String key) {
    if (!names.contains(name)) {
      String hint =
          Suggestion.nearest(name, names)
              .map(near -> "; did you mean " + near + "?")
              .orElse(
                  names.isEmpty() ? "; there is none" : "; there is " + String.join(", ", names));
      checks.report(owner, key, "no " + kind + " is named '" + name + "'" + hint);
    }
  }
}
