package io.atoll.edge.route;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a request belongs to: the most specific host first (the exact name, then the longest
 * wildcard, then any host), and within it the exact path, then the longest prefix, then the first
 * expression that is found in the path, and last the prefix {@code /}, which says nothing of it.
 * Where several targets stand at one place the one with most conditions is asked first, then the
 * earlier. Where none of a place, or of a host, will have the request the next less specific one is
 * asked. Immutable; a look-up reads the host's labels and the path's segments once each, whatever
 * the number of routes; expressions are tried one by one, each in time linear in the path.
 *
 * @param <T> what is found
 */
public final class Router<T> {
  private final Map<String, Paths<T>> exactHosts;
  private final Map<String, Paths<T>> wildcardHosts;
  private final @Nullable Paths<T> anyHost;

  private Router(
      Map<String, Paths<T>> exactHosts,
      Map<String, Paths<T>> wildcardHosts,
      @Nullable Paths<T> anyHost) {
    this.exactHosts = exactHosts;
    this.wildcardHosts = wildcardHosts;
    this.anyHost = anyHost;
  }

  /**
   * The target of the most specific match, whatever its conditions.
   *
   * @param host in lower case, without a port
   * @param path in its normal form
   */
  public @Nullable T find(String host, String path) {
    return find(host, path, Boolean.TRUE, (_, _) -> true);
  }

  /**
   * The target of the most specific match that will have the request.
   *
   * @param host in lower case, without a port
   * @param path in its normal form
   * @param request what targets are asked about
   * @param admits whether a target will have it; asked in order of precedence
   */
  public <Q> @Nullable T find(String host, String path, Q request, BiPredicate<T, Q> admits) {
    if (!exactHosts.isEmpty()) {
      Paths<T> paths = exactHosts.get(host);
      T found = paths == null ? null : paths.find(path, request, admits);
      if (found != null) {
        return found;
      }
    }
    if (!wildcardHosts.isEmpty()) {
      for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
        Paths<T> paths = wildcardHosts.get(host.substring(dot + 1));
        T found = paths == null ? null : paths.find(path, request, admits);
        if (found != null) {
          return found;
        }
      }
    }
    return anyHost == null ? null : anyHost.find(path, request, admits);
  }

  private static <T, Q> @Nullable T first(List<T> targets, Q request, BiPredicate<T, Q> admits) {
    for (int i = 0; i < targets.size(); i++) {
      T target = targets.get(i);
      if (admits.test(target, request)) {
        return target;
      }
    }
    return null;
  }

  /** The paths of one host: exact ones, a trie of segments for prefixes, and expressions. */
  private record Paths<T>(
      Map<String, List<T>> exact, Node<T> prefixes, List<Expression<T>> expressions) {
    <Q> @Nullable T find(String path, Q request, BiPredicate<T, Q> admits) {
      if (!exact.isEmpty()) {
        List<T> targets = exact.get(path);
        T found = targets == null ? null : first(targets, request, admits);
        if (found != null) {
          return found;
        }
      }
      T found = prefixes.below(path, 1, request, admits);
      for (int i = 0; found == null && i < expressions.size(); i++) {
        Expression<T> expression = expressions.get(i);
        if (expression.pattern().matcher(path).find()) {
          found = first(expression.targets(), request, admits);
        }
      }
      return found != null ? found : first(prefixes.targets, request, admits);
    }

    void sort(Comparator<T> order) {
      exact.values().forEach(targets -> targets.sort(order));
      prefixes.sort(order);
      expressions.forEach(expression -> expression.targets().sort(order));
    }
  }

  /** An expression, and what it leads to. */
  private record Expression<T>(Pattern pattern, List<T> targets) {}

  /** One segment of a prefix. */
  private static final class Node<T> {
    private final Map<String, Node<T>> children = new HashMap<>();
    private final List<T> targets = new ArrayList<>(1);

    /** Of the prefixes longer than this one the longest; as deep as the configuration's longest. */
    <Q> @Nullable T below(String path, int from, Q request, BiPredicate<T, Q> admits) {
      if (children.isEmpty() || from > path.length()) {
        return null;
      }
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      Node<T> child = children.get(path.substring(from, to));
      if (child == null) {
        return null;
      }
      T found = child.below(path, to + 1, request, admits);
      return found != null ? found : first(child.targets, request, admits);
    }

    void sort(Comparator<T> order) {
      targets.sort(order);
      children.values().forEach(child -> child.sort(order));
    }
  }

  /** Collects routes. */
  public static final class Builder<T> {
    private final Map<String, Paths<T>> exactHosts = new HashMap<>();
    private final Map<String, Paths<T>> wildcardHosts = new HashMap<>();
    private final List<Paths<T>> anyHost = new ArrayList<>(1);

    /**
     * A prefix, by whole segments.
     *
     * @param host a name, {@code *.NAME}, or null for any
     * @param prefix begins with a slash; one at its end makes no difference
     */
    public Builder<T> prefix(@Nullable String host, String prefix, T target) {
      Node<T> node = paths(host).prefixes();
      for (String segment : prefix.split("/", -1)) {
        if (!segment.isEmpty()) {
          node = node.children.computeIfAbsent(segment, _ -> new Node<>());
        }
      }
      node.targets.add(target);
      return this;
    }

    /** One path of a host; the host as in {@link #prefix}. */
    public Builder<T> exact(@Nullable String host, String path, T target) {
      paths(host).exact().computeIfAbsent(path, _ -> new ArrayList<>(1)).add(target);
      return this;
    }

    /** An expression in RE2's syntax, to be found in the path; the host as in {@link #prefix}. */
    public Builder<T> regex(@Nullable String host, String regex, T target) {
      List<Expression<T>> expressions = paths(host).expressions();
      for (Expression<T> expression : expressions) {
        if (expression.pattern().pattern().equals(regex)) {
          expression.targets().add(target);
          return this;
        }
      }
      Expression<T> added = new Expression<>(Pattern.compile(regex), new ArrayList<>(1));
      added.targets().add(target);
      expressions.add(added);
      return this;
    }

    /** The router, from what was collected; of targets at one place the earlier comes first. */
    public Router<T> build() {
      return build(_ -> 0);
    }

    /**
     * The router, from what was collected.
     *
     * @param conditions how many a target has: of targets at one place the one with most is first
     */
    public Router<T> build(ToIntFunction<T> conditions) {
      Comparator<T> order = Comparator.comparingInt(conditions).reversed(); // sorting is stable
      exactHosts.values().forEach(paths -> paths.sort(order));
      wildcardHosts.values().forEach(paths -> paths.sort(order));
      anyHost.forEach(paths -> paths.sort(order));
      return new Router<>(
          Map.copyOf(exactHosts),
          Map.copyOf(wildcardHosts),
          anyHost.isEmpty() ? null : anyHost.getFirst());
    }

    private Paths<T> paths(@Nullable String host) {
      if (host == null) {
        if (anyHost.isEmpty()) {
          anyHost.add(newPaths());
        }
        return anyHost.getFirst();
      }
      return host.startsWith("*.")
          ? wildcardHosts.computeIfAbsent(host.substring(2), _ -> newPaths())
          : exactHosts.computeIfAbsent(host, _ -> newPaths());
    }

    private Paths<T> newPaths() {
      return new Paths<>(new HashMap<>(), new Node<>(), new ArrayList<>(0));
    }
  }
}
