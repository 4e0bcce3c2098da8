package io.atoll.edge.route;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One look-up among a hundred routes: ten hosts with nine each, five under a wildcard, five for any
 * host. Host and path are the same strings throughout, which remember their hashes; a request's own
 * would be hashed once each.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class RouterBenchmark {
  private static final int HOSTS = 10;
  private static final List<String> PREFIXES =
      List.of(
          "/",
          "/api",
          "/api/v1",
          "/api/v2/orders",
          "/assets",
          "/static/images",
          "/account",
          "/cart");
  private static final List<String> FIVE = List.of("/a", "/b", "/c/d", "/reports", "/well-known");

  private final Router<String> router = router();

  private static Router<String> router() {
    Router.Builder<String> builder = new Router.Builder<>();
    for (int i = 0; i < HOSTS; i++) {
      String host = "shop" + i + ".example";
      PREFIXES.forEach(prefix -> builder.prefix(host, prefix, host + prefix));
      builder.exact(host, "/robots.txt", host + "/robots.txt");
    }
    FIVE.forEach(prefix -> builder.prefix("*.customers.example", prefix, "customers" + prefix));
    FIVE.forEach(prefix -> builder.prefix(null, prefix, "any" + prefix));
    return builder.build();
  }

  /** A host by its name, a path five segments deep under a prefix of three. */
  @Benchmark
  public String prefix() {
    return found("shop7.example", "/api/v2/orders/4711/items");
  }

  /** A host and a path by their names. */
  @Benchmark
  public String exact() {
    return found("shop7.example", "/robots.txt");
  }

  /** A host two labels under a wildcard. */
  @Benchmark
  public String wildcard() {
    return found("eu.acme.customers.example", "/reports/2026/11");
  }

  /** A host of which nothing is known, a path for any host. */
  @Benchmark
  public String anyHost() {
    return found("unknown.example", "/reports/2026/11");
  }

  private String found(String host, String path) {
    return Objects.requireNonNull(router.find(host, path));
  }
}
