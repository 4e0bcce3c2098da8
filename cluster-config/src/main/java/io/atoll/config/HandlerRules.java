package io.atoll.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What answers the requests of a route. */
final class HandlerRules {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Checks checks;

  HandlerRules(Checks checks) {
    this.checks = checks;
  }

  void one(RouteConfig route) {
    List<String> given =
        Stream.of(
                route.proxy() == null ? null : "proxy",
                route.files() == null ? null : "files",
                route.redirect() == null ? null : "redirect",
                route.respond() == null ? null : "respond")
            .filter(Objects::nonNull)
            .toList();
    boolean unread =
        Stream.of("proxy", "files", "redirect", "respond")
            .anyMatch(key -> checks.unread(route, key));
    if (given.size() > 1 || (given.isEmpty() && !unread)) {
      String found = given.isEmpty() ? "none" : String.join(" and ", given);
      checks.add(route, "expected one handler (proxy, files, redirect or respond), found " + found);
    }
  }

  void proxy(RouteConfig.@Nullable Proxy proxy) {
    if (proxy == null || checks.unread(proxy, "")) {
      return;
    }
    Map<String, Integer> weighted = proxy.weighted();
    checks.demand(
        (proxy.upstream() == null) != weighted.isEmpty(),
        proxy,
        "",
        "expected either upstream or weighted, with one upstream at least");
    weighted.forEach(
        (name, weight) -> checks.range(weight, 0, 1_000_000, proxy, "weighted." + name));
    checks.demand(
        weighted.isEmpty() || weighted.values().stream().anyMatch(weight -> weight > 0),
        proxy,
        "weighted",
        "expected one weight over 0 at least");
    RouteConfig.Mirror mirror = proxy.mirror();
    if (mirror != null) {
      checks.range(mirror.percent(), 0, 100, mirror, "percent");
      checks.demand(
          !mirror.upstream().equals(proxy.upstream()) && !weighted.containsKey(mirror.upstream()),
          mirror,
          "upstream",
          "expected another upstream than one that answers");
    }
  }

  void answer(RouteConfig route) {
    files(route.files());
    redirect(route.redirect());
    respond(route.respond());
  }

  private void files(RouteConfig.@Nullable Files files) {
    if (files == null) {
      return;
    }
    checks.demand(
        Files.isDirectory(files.root()) && Files.isReadable(files.root()),
        files,
        "root",
        "expected a readable folder, found none at " + files.root());
    for (int i = 0; i < files.index().size(); i++) {
      String name = files.index().get(i);
      checks.demand(
          isBelow(name) && name.indexOf('/') < 0,
          files,
          "index[" + i + "]",
          "expected the name of a file, found '" + name + "'");
    }
    checks.eachOnce(files.precompressed(), files, "precompressed", "coding");
    String fallback = files.fallback();
    checks.demand(
        fallback == null || isBelow(fallback),
        files,
        "fallback",
        "expected a path below the root, found '" + fallback + "'");
  }

  /** A relative path of plain names: none is empty or begins with a dot. */
  private static boolean isBelow(String path) {
    return Stream.of(path.split("/", -1)).noneMatch(name -> name.isEmpty() || name.startsWith("."));
  }

  private void redirect(RouteConfig.@Nullable Redirect redirect) {
    if (redirect == null) {
      return;
    }
    checks.demand(
        REDIRECTS.contains(redirect.status()),
        redirect,
        "status",
        "expected 301, 302, 303, 307 or 308, found " + redirect.status());
    checks.demand(
        List.of("@", "/").stream()
            .map(x -> sample(redirect.to(), x))
            .allMatch(HandlerRules::isReference),
        redirect,
        "to",
        "expected a path or an absolute http(s) URI, found '" + redirect.to() + "'");
  }

  /**
   * What a template may make: a client that has a say in a variable must not have one in which host
   * it is.
   */
  private static String sample(Template to, String worst) {
    StringBuilder out = new StringBuilder();
    for (Template.Part part : to.parts()) {
      out.append(
          switch (part) {
            case Template.Text(String text) -> text;
            case Template.Variable.REQUEST_SCHEME -> "https";
            case Template.Variable.REQUEST_HOST -> "host.example";
            case Template.Variable.REQUEST_PATH -> "/path";
            case Template.Variable _ -> worst;
          });
    }
    return out.toString();
  }

  private static boolean isReference(String to) {
    try {
      URI uri = new URI(to);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean path = to.startsWith("/") && !to.startsWith("//");
      return Checks.isLine(to) && (uri.getScheme() == null ? path : web && uri.getHost() != null);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private void respond(RouteConfig.@Nullable Respond respond) {
    if (respond == null) {
      return;
    }
    checks.range(respond.status(), 200, 599, respond, "status");
    checks.demand(
        Checks.isLine(respond.contentType()),
        respond,
        "contentType",
        "expected a media type, found '" + respond.contentType() + "'");
  }
}
