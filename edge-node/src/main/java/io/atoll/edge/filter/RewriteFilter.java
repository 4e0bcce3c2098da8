package io.atoll.edge.filter;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.atoll.config.RouteConfig;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Filter;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.guard.PathForm;
import org.jspecify.annotations.Nullable;

/**
 * Gives a backend another path than the client asked for. Only that changes: routes, cache and log
 * know the client's. What comes out is brought into the normal form; where it has none the request
 * is answered 400. Stateless.
 */
public final class RewriteFilter implements Filter {
  private final Rule rule;

  /** How a path becomes another. */
  private sealed interface Rule {
    String apply(String path);
  }

  /** Takes a prefix away, by whole segments, and puts one in front; both without a last slash. */
  private record Prefixes(String strip, String add) implements Rule {
    @Override
    public String apply(String path) {
      boolean stripped =
          path.startsWith(strip)
              && (path.length() == strip.length() || path.charAt(strip.length()) == '/');
      return stripped ? add + path.substring(strip.length()) : add + path;
    }
  }

  /** Replaces the first place in which an expression is found. */
  private record Replacement(Pattern pattern, String to) implements Rule {
    @Override
    public String apply(String path) {
      Matcher matcher = pattern.matcher(path);
      return matcher.find() ? matcher.replaceFirst(to) : path;
    }
  }

  /** From a route's valid {@code rewrite}. */
  public RewriteFilter(RouteConfig.Rewrite config) {
    String regex = config.regex();
    String to = config.to();
    this.rule =
        regex != null && to != null
            ? new Replacement(Pattern.compile(regex), to)
            : new Prefixes(prefix(config.stripPrefix()), prefix(config.addPrefix()));
  }

  private static String prefix(@Nullable String path) {
    return path == null ? "" : path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** What a path becomes; null where that has no normal form. */
  @Nullable String rewritten(String path) {
    String to = rule.apply(path);
    return to.isEmpty() ? "/" : PathForm.of(to);
  }

  @Override
  public void apply(Exchange exchange) {
    String path = rewritten(exchange.path());
    if (path == null) {
      exchange.fail(Failure.of(Outcome.BAD_REQUEST, "the path can't be rewritten for the backend"));
      return;
    }
    exchange.rewrite(path);
    exchange.proceed();
  }
}
