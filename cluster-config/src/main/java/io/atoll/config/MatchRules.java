package io.atoll.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What routes match, one after another: no two match the same. */
final class MatchRules {
  private final Checks checks;

  /** The first route of each match, with its conditions in one form. */
  private final Map<String, RouteConfig> matched = new HashMap<>();

  MatchRules(Checks checks) {
    this.checks = checks;
  }

  void check(RouteConfig route) {
    match(route.match());
    sameMatch(route);
  }

  private void match(RouteConfig.Match match) {
    for (int i = 0; i < match.hosts().size(); i++) {
      String host = match.hosts().get(i);
      String exact = host.startsWith("*.") ? host.substring(2) : host;
      checks.demand(
          Scalars.isName(exact) || Scalars.literal(unbracketed(exact)) != null,
          match,
          "hosts[" + i + "]",
          "expected a host name without port, or *.NAME, found '" + host + "'");
    }
    switch (match.path()) {
      case RouteConfig.Prefix prefix -> checks.normalPath(prefix.prefix(), match, "path");
      case RouteConfig.Exact exact -> checks.normalPath(exact.path(), match, "path.exact");
      case RouteConfig.Regex regex -> checks.regex(regex.regex(), match, "path.regex");
    }
    methods(match);
    fieldsAsked(match);
  }

  private void methods(RouteConfig.Match match) {
    for (int i = 0; i < match.methods().size(); i++) {
      String method = match.methods().get(i);
      checks.demand(
          Checks.isToken(method) && method.equals(method.toUpperCase(Locale.ROOT)),
          match,
          "methods[" + i + "]",
          "expected a method in capitals such as GET, found '" + method + "'");
      checks.demand(
          !method.equals("CONNECT") && !method.equals("TRACE"),
          match,
          "methods[" + i + "]",
          method + " is refused before a route is chosen");
    }
    checks.eachOnce(match.methods(), match, "methods", "method");
  }

  private void fieldsAsked(RouteConfig.Match match) {
    Set<String> seen = new HashSet<>();
    match
        .headers()
        .forEach(
            (name, value) -> {
              String key = "headers." + name;
              checks.token(name, match, key, "the name of a field");
              checks.fieldValue(value, match, key);
              String lower = name.toLowerCase(Locale.ROOT);
              checks.demand(!lower.equals("host"), match, key, "the host belongs to match.hosts");
              checks.demand(
                  seen.add(lower), match, key, "expected each field once, whatever its case");
            });
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** Two routes with the same match: one of them would never be used. */
  private void sameMatch(RouteConfig route) {
    if (checks.unread(route, "match")) {
      return; // What can't be read may be what tells them apart.
    }
    String path =
        switch (route.match().path()) {
          case RouteConfig.Prefix(String prefix) -> prefix.endsWith("/") ? prefix : prefix + "/";
          case RouteConfig.Exact(String exact) -> "=" + exact;
          case RouteConfig.Regex(String regex) -> "~" + regex;
        };
    List<String> hosts =
        route.match().hosts().isEmpty()
            ? List.of("")
            : route.match().hosts().stream()
                .map(h -> h.toLowerCase(Locale.ROOT).replaceFirst("[.]$", ""))
                .distinct()
                .toList();
    String conditions = conditions(route.match());
    for (String host : hosts) {
      RouteConfig other = matched.putIfAbsent(host + path + conditions, route);
      if (other != null) {
        checks.report(route, "match", "matches the same requests as route '" + other.name() + "'");
        return;
      }
    }
  }

  /** What else a route asks for, in one form whatever the order in the file. */
  private static String conditions(RouteConfig.Match match) {
    Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    match.headers().forEach((name, value) -> fields.put(name.toLowerCase(Locale.ROOT), value));
    return "\n" + new TreeSet<>(match.methods()) + "\n" + fields + "\n" + match.when();
  }
}
