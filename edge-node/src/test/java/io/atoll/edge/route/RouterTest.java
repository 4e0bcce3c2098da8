package io.atoll.edge.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouterTest {
  private final Router<String> router =
      new Router.Builder<String>()
          .prefix(null, "/", "everything")
          .prefix(null, "/api", "api")
          .prefix(null, "/api/v2/", "api v2")
          .exact(null, "/api", "api itself")
          .prefix("shop.example", "/", "shop")
          .prefix("*.shop.example", "/", "below shop")
          .prefix("*.eu.shop.example", "/cart", "eu cart")
          .build();

  @Test
  void theLongestPrefixWinsByWholeSegments() {
    assertThat(router.find("x", "/api/v2/items")).isEqualTo("api v2");
    assertThat(router.find("x", "/api/v2")).isEqualTo("api v2");
    assertThat(router.find("x", "/api/v20")).isEqualTo("api");
    assertThat(router.find("x", "/apix")).isEqualTo("everything");
  }

  @Test
  void anExactPathWinsOverPrefixes() {
    assertThat(router.find("x", "/api")).isEqualTo("api itself");
    assertThat(router.find("x", "/api/")).isEqualTo("api");
  }

  @Test
  void theMostSpecificHostWins() {
    assertThat(router.find("shop.example", "/api")).isEqualTo("shop");
    assertThat(router.find("a.shop.example", "/api")).isEqualTo("below shop");
    assertThat(router.find("a.b.shop.example", "/")).isEqualTo("below shop");
    assertThat(router.find("a.eu.shop.example", "/cart/1")).isEqualTo("eu cart");
  }

  @Test
  void aHostWhosePathsDoNotMatchLeavesTheRequestToALessSpecificOne() {
    assertThat(router.find("a.eu.shop.example", "/other")).isEqualTo("below shop");
  }

  @Test
  void findsNothingWhereNothingMatches() {
    Router<String> one = new Router.Builder<String>().prefix("a", "/b", "b").build();
    assertThat(one.find("a", "/")).isNull();
    assertThat(one.find("c", "/b")).isNull();
    assertThat(one.find("", "/b")).isNull();
  }

  @Test
  void anExpressionComesAfterPrefixesAndBeforeTheRoot() {
    Router<String> mixed =
        new Router.Builder<String>()
            .prefix(null, "/", "root")
            .regex(null, "^/a", "first")
            .regex(null, "z$", "second")
            .prefix(null, "/ab", "prefix")
            .exact(null, "/abz", "exact")
            .build();
    assertThat(mixed.find("x", "/abz")).isEqualTo("exact");
    assertThat(mixed.find("x", "/ab/z")).isEqualTo("prefix");
    assertThat(mixed.find("x", "/az")).isEqualTo("first");
    assertThat(mixed.find("x", "/z")).isEqualTo("second");
    assertThat(mixed.find("x", "/b")).isEqualTo("root");
  }

  @Test
  void anExpressionThatWouldBacktrackIsAnsweredAtOnce() {
    Router<String> evil = new Router.Builder<String>().regex(null, "^/(a*)*b$", "b").build();
    assertThat(evil.find("x", "/" + "a".repeat(5_000))).isNull();
    assertThat(evil.find("x", "/" + "a".repeat(5_000) + "b")).isEqualTo("b");
  }

  @Test
  void ofTargetsAtOnePlaceTheOneWithMostConditionsIsAskedFirst() {
    Router<String> ranked =
        new Router.Builder<String>()
            .prefix(null, "/a", "0")
            .prefix(null, "/a", "2 first")
            .prefix(null, "/a", "1")
            .prefix(null, "/a", "2 second")
            .prefix(null, "/", "0 root")
            .build(target -> target.charAt(0) - '0');
    StringBuilder asked = new StringBuilder();
    assertThat(
            ranked.<StringBuilder>find(
                "x",
                "/a/b",
                asked,
                (target, order) -> {
                  order.append(target).append(", ");
                  return target.equals("0 root");
                }))
        .isEqualTo("0 root");
    assertThat(asked).hasToString("2 first, 2 second, 1, 0, 0 root, ");
  }

  /** One route of a generated table; its own place in the table is its name. */
  record Generated(@Nullable String host, String path, boolean exact, int weight) {}

  @Provide
  Arbitrary<List<Generated>> tables() {
    Arbitrary<@Nullable String> hosts = Arbitraries.of("a.x", "b.x", "*.x", "x").injectNull(0.3);
    Arbitrary<String> paths = Arbitraries.of("/", "/a", "/a/", "/a/b", "/a/b/c", "/b", "/c/a");
    return net.jqwik.api.Combinators.combine(
            hosts, paths, Arbitraries.of(true, false), Arbitraries.integers().between(0, 3))
        .as(Generated::new)
        .list()
        .ofMaxSize(12);
  }

  @Property
  void agreesWithAPlainSearch(@ForAll("tables") List<Generated> table) {
    Router.Builder<Generated> builder = new Router.Builder<>();
    for (Generated route : table) {
      if (route.exact()) {
        builder.exact(route.host(), route.path(), route);
      } else {
        builder.prefix(route.host(), route.path(), route);
      }
    }
    Router<Generated> built = builder.build(Generated::weight);
    for (String host : List.of("a.x", "c.x", "x", "y", "d.b.x")) {
      for (String path :
          List.of("/", "/a", "/a/", "/a/b", "/a/bc", "/a/b/c/d", "/b", "/c", "/c/a")) {
        assertThat(built.find(host, path)).isEqualTo(search(table, host, path));
        for (int least = 1; least <= 3; least++) {
          int wanted = least;
          assertThat(built.find(host, path, wanted, (route, weight) -> route.weight() >= weight))
              .isEqualTo(
                  search(table.stream().filter(r -> r.weight() >= wanted).toList(), host, path));
        }
      }
    }
  }

  private static @Nullable Generated search(List<Generated> table, String host, String path) {
    return table.stream()
        .filter(route -> matchesHost(route.host(), host) && matchesPath(route, path))
        .max(
            Comparator.<Generated>comparingInt(route -> hostRank(route.host()))
                .thenComparing(Generated::exact)
                .thenComparingInt(route -> segments(route.path()))
                .thenComparingInt(Generated::weight)
                // Of two that match exactly the same the first stands.
                .thenComparingInt(route -> -table.indexOf(route)))
        .orElse(null);
  }

  private static int hostRank(@Nullable String host) {
    return host == null ? 0 : host.startsWith("*.") ? host.length() : 1000;
  }

  private static boolean matchesHost(@Nullable String pattern, String host) {
    return pattern == null
        || (pattern.startsWith("*.")
            ? host.endsWith(pattern.substring(1)) && host.length() > pattern.length() - 1
            : pattern.equals(host));
  }

  private static boolean matchesPath(Generated route, String path) {
    if (route.exact()) {
      return route.path().equals(path);
    }
    String prefix = route.path().replaceAll("/+$", "");
    return path.equals(prefix) || path.startsWith(prefix + "/");
  }

  private static int segments(String path) {
    return (int) List.of(path.split("/", -1)).stream().filter(s -> !s.isEmpty()).count();
  }
}
