package io.atoll.edge.admin;

import io.atoll.config.AdminConfig;
import io.atoll.config.BackendAddress;
import io.atoll.config.HostPort;
import io.atoll.edge.discovery.Change;
import io.atoll.edge.discovery.Outcome;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** A node of which a test says what it is, and sees what it was asked, behind a real server. */
public final class TestNode implements AdminOperations, AutoCloseable {
  public final List<PurgeOrder> purges = new CopyOnWriteArrayList<>();
  public final List<String> drains = new CopyOnWriteArrayList<>();
  public final List<String> changes = new CopyOnWriteArrayList<>();
  public final List<String> errors = new CopyOnWriteArrayList<>();
  static final String SESSION = "A".repeat(22);
  final List<String> ended = new CopyOnWriteArrayList<>();
  volatile boolean busy;
  volatile boolean full;
  final AtomicInteger scrapes = new AtomicInteger();
  volatile String scraper = "";
  volatile boolean ready = true;
  volatile boolean draining;
  volatile CompletionStage<PurgeReport> purged =
      CompletableFuture.completedStage(new PurgeReport(7, List.of("edge-1", "edge-2"), List.of()));

  volatile CompletionStage<Outcome> changed = CompletableFuture.completedStage(new Outcome.Done(6));

  private final Vertx vertx = Vertx.vertx();
  private final AdminConfig config;
  final AdminServer server;

  /** Starts it on a port of its own. */
  public TestNode(@Nullable Path tokenFile) throws IOException {
    config = new AdminConfig(new HostPort("127.0.0.1", 0), tokenFile);
    server =
        AdminServer.start(vertx, config, this).toCompletionStage().toCompletableFuture().join();
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create("http://" + server.address(config));
  }

  @Override
  public String metrics(List<String> names) {
    scrapes.incrementAndGet();
    scraper = Thread.currentThread().getName();
    return !names.isEmpty() ? String.join("\n", names) : "atoll_ready 1.0\n";
  }

  @Override
  public ClusterView cluster() {
    return new ClusterView(
        "edge-1",
        List.of(
            new ClusterView.Member("edge-1", "10.0.0.1:5701", true),
            new ClusterView.Member("edge-2", "10.0.0.2:5701", false)),
        ready,
        draining);
  }

  @Override
  public List<UpstreamView> upstreams() {
    return List.of(
        new UpstreamView(
            "shop",
            false,
            List.of(
                new UpstreamView.Backend(
                    "127.0.0.1:9001",
                    1,
                    "config",
                    "eu-west-1a",
                    1,
                    false,
                    "healthy",
                    true,
                    false,
                    null,
                    3,
                    List.of(new UpstreamView.Observation("edge-2", true, 120))),
                new UpstreamView.Backend(
                    "[::1]:9002",
                    2,
                    "operator",
                    null,
                    0,
                    true,
                    "unhealthy",
                    false,
                    true,
                    new UpstreamView.Ejection("error_rate", 8_000),
                    0,
                    List.of())),
            5,
            List.of("127.0.0.1:9003"),
            List.of("127.0.0.1:9004")));
  }

  @Override
  public @Nullable UpstreamView upstream(String name) {
    return name.equals("shop") ? upstreams().getFirst() : null;
  }

  @Override
  public List<RouteView> routes() {
    return List.of(
        new RouteView(
            "api", List.of("shop.example.com"), "/api/", "proxy", "shop", true, List.of()));
  }

  @Override
  public String config() {
    return "{\"cluster\":{\"secret\":\"***\"}}";
  }

  @Override
  public CompletionStage<PurgeReport> purge(PurgeOrder order) {
    purges.add(order);
    return purged;
  }

  @Override
  public CompletionStage<Drained> drain(String upstream, String address, boolean draining) {
    if (!upstream.equals("shop")) {
      return CompletableFuture.completedStage(Drained.NO_UPSTREAM);
    }
    if (full) {
      return CompletableFuture.completedStage(Drained.FULL);
    }
    drains.add((draining ? "drain " : "undrain ") + address);
    return CompletableFuture.supplyAsync(() -> Drained.DONE);
  }

  @Override
  public @Nullable UpstreamSessions sessions(String upstream) {
    return switch (upstream) {
      case "shop" -> new TestSessions("table");
      case "sealed" -> new TestSessions("cookie");
      case "stateless" -> new TestSessions("none");
      default -> null;
    };
  }

  private final class TestSessions implements UpstreamSessions {
    private final String mode;

    TestSessions(String mode) {
      this.mode = mode;
    }

    @Override
    public String mode() {
      return mode;
    }

    @Override
    public boolean kept() {
      return mode.equals("table");
    }

    @Override
    public @Nullable BackendAddress backend(String authority) {
      return authority.equals("127.0.0.1:9001")
          ? new BackendAddress("http", "127.0.0.1", 9001)
          : null;
    }

    @Override
    public CompletionStage<SessionsView> view(
        @Nullable BackendAddress at, String after, int limit) {
      if (busy) {
        return CompletableFuture.failedStage(new RejectedExecutionException("busy"));
      }
      SessionsView.One one = new SessionsView.One(SESSION, "127.0.0.1:9001", 60, 5);
      return CompletableFuture.supplyAsync(
          () ->
              new SessionsView(
                  "shop",
                  mode,
                  7,
                  Map.of("127.0.0.1:9001", 7L),
                  0,
                  List.of(one),
                  limit == 1 ? SESSION : null));
    }

    @Override
    public CompletionStage<Boolean> end(String handle) {
      ended.add(handle);
      return CompletableFuture.supplyAsync(() -> handle.equals(SESSION));
    }

    @Override
    public CompletionStage<Long> endAll(BackendAddress at) {
      ended.add("all on " + at.authority());
      return CompletableFuture.supplyAsync(() -> 7L);
    }
  }

  @Override
  public CompletionStage<Outcome> change(String upstream, Change change, LongPredicate expected) {
    if (!expected.test(5)) {
      return CompletableFuture.completedStage(new Outcome.Stale(5));
    }
    changes.add(upstream + " " + change);
    return changed;
  }

  @Override
  public CompletionStage<List<String>> reload() {
    return CompletableFuture.supplyAsync(() -> new ArrayList<>(errors));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
