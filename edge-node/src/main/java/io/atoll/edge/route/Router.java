package io.atoll.edge.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a request belongs to: the most specific host first (the exact name, then the longest
 * wildcard, then any host), and within it the exact path, then the longest prefix. Where a host's
 * paths match nothing the next less specific host is asked. Immutable; a look-up reads the host's
 * labels and the path's segments once each, whatever the number of routes.
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
   * The target of the most specific match.
   *
   * @param host in lower case, without a port
   * @param path in its normal form
   */
  public @Nullable T find(String host, String path) {
    if (!exactHosts.isEmpty()) {
      Paths<T> paths = exactHosts.get(host);
      T found = paths == null ? null : paths.find(path);
      if (found != null) {
        return found;
      }
    }
    if (!wildcardHosts.isEmpty()) {
      for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
        Paths<T> paths = wildcardHosts.get(host.substring(dot + 1));
        T found = paths == null ? null : paths.find(path);
        if (found != null) {
          return found;
        }
      }
    }
    return anyHost == null ? null : anyHost.find(path);
  }

  /** The paths of one host: exact ones, and a trie of segments for prefixes. */
  private record Paths<T>(Map<String, T> exact, Node<T> prefixes) {
    @Nullable T find(String path) {
      if (!exact.isEmpty()) {
        T found = exact.get(path);
        if (found != null) {
          return found;
        }
      }
      return prefixes.longest(path);
    }
  }

  /** One segment of a prefix. */
  private static final class Node<T> {
    private final Map<String, Node<T>> children = new HashMap<>();
    private @Nullable T target;

    @Nullable T longest(String path) {
      T best = target;
      Node<T> node = this;
      int from = 1;
      while (!node.children.isEmpty() && from <= path.length()) {
        int slash = path.indexOf('/', from);
        int to = slash < 0 ? path.length() : slash;
        node = node.children.get(path.substring(from, to));
        if (node == null) {
          return best;
        }
        if (node.target != null) {
          best = node.target;
        }
        from = to + 1;
      }
      return best;
    }
  }

  /** Collects routes; the first of two that match exactly the same stands. */
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
      if (node.target == null) {
        node.target = target;
      }
      return this;
    }

    /** One path of a host; the host as in {@link #prefix}. */
    public Builder<T> exact(@Nullable String host, String path, T target) {
      paths(host).exact().putIfAbsent(path, target);
      return this;
    }

    /** The router, from what was collected. */
    public Router<T> build() {
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
      return new Paths<>(new HashMap<>(), new Node<>());
    }
  }
}
