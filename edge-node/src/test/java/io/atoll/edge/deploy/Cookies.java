package io.atoll.edge.deploy;

import java.net.CookieHandler;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A client's cookies, the same for every node: the JDK's own store sends none to {@code localhost}.
 */
final class Cookies extends CookieHandler {
  private final Map<String, String> held = new ConcurrentHashMap<>();

  @Override
  public Map<String, List<String>> get(URI uri, Map<String, List<String>> request) {
    return held.isEmpty()
        ? Map.of()
        : Map.of(
            "Cookie",
            List.of(
                held.entrySet().stream()
                    .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                    .collect(Collectors.joining("; "))));
  }

  @Override
  public void put(URI uri, Map<String, List<String>> response) {
    response.forEach(
        (name, values) -> {
          if (name.equalsIgnoreCase("Set-Cookie")) {
            values.forEach(this::remember);
          }
        });
  }

  private void remember(String cookie) {
    String pair = cookie.substring(0, (cookie + ";").indexOf(';'));
    int equals = pair.indexOf('=');
    held.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
  }
}
