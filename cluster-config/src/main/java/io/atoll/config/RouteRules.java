package io.atoll.config;

import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Routes: what each matches, who answers, and what is done to a message on its way. */
final class RouteRules {
  /** Media types, or patterns of them with one star. */
  private static final Pattern MEDIA_TYPES =
      Pattern.compile("\\*/\\*|[a-zA-Z0-9.+-]+/[a-zA-Z0-9.+-]*\\*?[a-zA-Z0-9.+-]*(?<!/)");

  /** What goes for a match: $ begins the number of a group, and no escape is needed. */
  private static final Pattern REPLACEMENT =
      Pattern.compile("(?:\\$[0-9](?![0-9])|[\\x21-\\x7e&&[^$\\\\?#]])*");

  private static final Pattern GROUP = Pattern.compile("\\$([0-9])");

  private final Checks checks;
  private final MatchRules matches;
  private final HandlerRules handlers;
  private final ReferenceRules references;
  private final FieldRules fields;
  private final ErrorPageRules errorPages;

  RouteRules(EdgeConfig config, Checks checks) {
    this.checks = checks;
    this.matches = new MatchRules(checks);
    this.handlers = new HandlerRules(checks);
    this.references = new ReferenceRules(config, checks);
    this.fields = new FieldRules(checks);
    this.errorPages = new ErrorPageRules(checks);
  }

  void check(EdgeConfig config) {
    checks.atLeastOne(config.routes(), config, "routes", "expected one at least, found none");
    checks.unique(config.routes(), RouteConfig::name);
    config.routes().forEach(this::route);
  }

  private void route(RouteConfig route) {
    checks.name(route.name(), route, "name");
    matches.check(route);
    handlers.one(route);
    handlers.proxy(route.proxy());
    references.check(route);
    fields.ofRequests(route.requestHeaders());
    seenByABackend(route);
    fields.ofResponses(route.responseHeaders());
    rewrite(route);
    caching(route);
    errorPages.check(route.errorPages());
    compress(route.compress());
    handlers.answer(route);
  }

  private void seenByABackend(RouteConfig route) {
    RouteConfig.FieldEdits edits = route.requestHeaders();
    boolean none = edits.set().isEmpty() && edits.add().isEmpty() && edits.remove().isEmpty();
    if (!none) {
      proxied(route, "requestHeaders", "only what is proxied has a backend to see them");
    }
  }

  private void proxied(RouteConfig route, String key, String message) {
    checks.demand(route.proxy() != null || checks.unread(route, "proxy"), route, key, message);
  }

  private void rewrite(RouteConfig route) {
    RouteConfig.Rewrite rewrite = route.rewrite();
    if (rewrite == null) {
      return;
    }
    proxied(route, "rewrite", "only what is proxied can be rewritten");
    boolean prefixes = rewrite.stripPrefix() != null || rewrite.addPrefix() != null;
    boolean expression = rewrite.regex() != null && rewrite.to() != null;
    boolean half = (rewrite.regex() == null) != (rewrite.to() == null);
    checks.demand(
        prefixes != expression && !half,
        rewrite,
        "",
        "expected stripPrefix and addPrefix, or one of them, or regex and to");
    if (rewrite.stripPrefix() != null) {
      checks.normalPath(rewrite.stripPrefix(), rewrite, "stripPrefix");
    }
    if (rewrite.addPrefix() != null) {
      checks.path(rewrite.addPrefix(), rewrite, "addPrefix");
    }
    if (rewrite.regex() != null) {
      checks.regex(rewrite.regex(), rewrite, "regex");
    }
    if (expression && !checks.unread(rewrite, "")) {
      replacement(
          Objects.requireNonNull(rewrite.regex()), Objects.requireNonNull(rewrite.to()), rewrite);
    }
  }

  /** What stands in for a match: a part of a path, in which $1 is a group that there is. */
  private void replacement(String regex, String to, RouteConfig.Rewrite rewrite) {
    int groups = com.google.re2j.Pattern.compile(regex).groupCount();
    boolean known =
        GROUP.matcher(to).results().allMatch(g -> Integer.parseInt(g.group(1)) <= groups);
    checks.demand(
        REPLACEMENT.matcher(to).matches() && known,
        rewrite,
        "to",
        "expected a path without query in which $0 to $"
            + groups
            + " stand for groups, found '"
            + to
            + "'");
  }

  private void caching(RouteConfig route) {
    RouteConfig.Caching caching = route.cache();
    if (caching == null) {
      return;
    }
    proxied(route, "cache", "only what is proxied can be stored");
    checks.token(
        caching.surrogateKeyHeader(), caching, "surrogateKeyHeader", "the name of a field");
    RouteConfig.CacheKey key = caching.key();
    for (int i = 0; i < key.headers().size(); i++) {
      checks.token(key.headers().get(i), key, "headers[" + i + "]", "the name of a field");
    }
    for (int i = 0; i < key.cookies().size(); i++) {
      checks.token(key.cookies().get(i), key, "cookies[" + i + "]", "the name of a cookie");
    }
  }

  private void compress(RouteConfig.@Nullable Compress compress) {
    if (compress == null) {
      return;
    }
    for (int i = 0; i < compress.types().size(); i++) {
      String type = compress.types().get(i);
      checks.demand(
          MEDIA_TYPES.matcher(type).matches(),
          compress,
          "types[" + i + "]",
          "expected a media type such as text/css or text/*, found '" + type + "'");
    }
    checks.demand(
        !compress.encodings().isEmpty()
            && Set.copyOf(compress.encodings()).size() == compress.encodings().size(),
        compress,
        "encodings",
        "expected one coding at least, and each once");
    RouteConfig.Levels levels = compress.levels();
    checks.range(levels.zstd(), 1, 19, levels, "zstd");
    checks.range(levels.br(), 0, 11, levels, "br");
    checks.range(levels.gzip(), 1, 9, levels, "gzip");
  }
}
