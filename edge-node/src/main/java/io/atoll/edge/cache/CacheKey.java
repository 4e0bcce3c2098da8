package io.atoll.edge.cache;

import io.atoll.config.RouteConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the primary key of a request, as a route's {@code cache.key} says: {@code
 * scheme://host/path?query}, and behind a line feed each chosen field and cookie. Line feeds occur
 * in none of the parts. Immutable.
 */
final class CacheKey {
  private final RouteConfig.Selection query;
  private final Set<String> parameters;
  private final List<String> headers;
  private final List<String> cookies;

  /** Compiles the configuration. */
  CacheKey(RouteConfig.CacheKey config) {
    this.query = config.query();
    this.parameters =
        config.query() instanceof RouteConfig.Names(List<String> names)
            ? Set.copyOf(names)
            : Set.of();
    this.headers =
        config.headers().stream().map(h -> h.toLowerCase(Locale.ROOT)).sorted().distinct().toList();
    this.cookies = config.cookies().stream().sorted().distinct().toList();
  }

  /** The key of a request. */
  String of(boolean secure, String host, String path, @Nullable String rawQuery, MultiMap request) {
    String chosen = rawQuery == null ? null : chosen(rawQuery);
    String origin = secure ? "https://" : "http://";
    String url = chosen == null ? origin + host + path : origin + host + path + "?" + chosen;
    return headers.isEmpty() && cookies.isEmpty() ? url : url + rest(request);
  }

  /** The URL in a key: what a purge names. */
  static String url(String key) {
    int end = key.indexOf('\n');
    return end < 0 ? key : key.substring(0, end);
  }

  private @Nullable String chosen(String raw) {
    return switch (query) {
      case RouteConfig.All() -> raw;
      case RouteConfig.None() -> null;
      case RouteConfig.Names(_) -> named(raw);
    };
  }

  /** The named parameters, sorted, so that their order does not tell objects apart. */
  private @Nullable String named(String raw) {
    List<String> kept = new ArrayList<>();
    for (String parameter : raw.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (parameters.contains(equals < 0 ? parameter : parameter.substring(0, equals))) {
        kept.add(parameter);
      }
    }
    kept.sort(null);
    return kept.isEmpty() ? null : String.join("&", kept);
  }

  private String rest(MultiMap request) {
    StringBuilder text = new StringBuilder();
    for (String header : headers) {
      text.append('\n').append(header).append(':');
      text.append(String.join(",", request.getAll(header)).strip());
    }
    for (String cookie : cookies) {
      text.append('\n').append(cookie).append('=').append(cookie(cookie, request));
    }
    return text.toString();
  }

  private static String cookie(String name, MultiMap request) {
    for (String line : request.getAll(HttpHeaders.COOKIE)) {
      for (String pair : line.split(";", -1)) {
        String trimmed = pair.strip();
        if (trimmed.startsWith(name) && trimmed.startsWith("=", name.length())) {
          return trimmed.substring(name.length() + 1);
        }
      }
    }
    return "";
  }
}
