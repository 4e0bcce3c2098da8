package io.atoll.bench.cluster;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sessions whose every request goes to another node, while a node is killed, a backend drained and
 * another added: how many requests reach another backend than their session's.
 */
final class Hopping implements Scenario {
  private static final int SESSIONS = 10_000;
  private static final int CLIENTS = 40;
  private static final Duration MOST = Duration.ofMinutes(20);
  private static final String KEYS =
      """
      stickySession: {mode: table, cookie: SHOW}
      healthCheck: {interval: 1s, timeout: 1s}
      """;

  private final long requests;

  /** With so many requests in all. */
  Hopping(long requests) {
    this.requests = requests;
  }

  @Override
  public String name() {
    return "sessions";
  }

  /** A browser. Used by one client only. */
  private static final class Session {
    @Nullable String cookie;
    String home = "";
  }

  @Override
  public List<String> run(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    List<Origin> origins = Upstream.origins(4);
    List<Origin> listed = origins.subList(0, 3);
    try (Nodes cluster = Nodes.start(directory, 3, Upstream.yaml(listed, KEYS), List.of())) {
      Visits visits = new Visits();
      List<Thread> clients =
          IntStream.range(0, CLIENTS)
              .mapToObj(i -> Thread.ofVirtual().start(() -> visits.make(cluster, i)))
              .toList();
      visits.await(requests / 3);
      cluster.kill(2);
      visits.await(requests * 2 / 3);
      String drained = origins.getFirst().authority();
      cluster.order(0, "/api/v1/upstreams/shop/backends/" + drained + "/drain", "");
      cluster.order(
          1,
          "/api/v1/upstreams/shop/backends",
          "{\"address\": \"http://" + origins.getLast().authority() + "\"}");
      for (Thread client : clients) {
        client.join();
      }
      out.printf(
          "sessions: %d requests of %d sessions in %d s: %d misrouted, %d failed, %d asked another"
              + " node%n",
          visits.made.get(),
          SESSIONS,
          visits.seconds(),
          visits.misrouted.get(),
          visits.failed.get(),
          visits.broken.get());
      return visits.missed();
    } finally {
      origins.forEach(Origin::close);
    }
  }

  /** All requests together. */
  private final class Visits {
    final AtomicLong made = new AtomicLong();
    final AtomicLong misrouted = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    final AtomicLong broken = new AtomicLong();
    private final long began = System.nanoTime();

    /** A client's part of them, each of its sessions in turn. */
    void make(Nodes cluster, int number) {
      List<Session> sessions =
          IntStream.range(0, SESSIONS / CLIENTS).mapToObj(_ -> new Session()).toList();
      try (Caller caller = new Caller(cluster.ports(), number)) {
        for (long i = 0; i < requests / CLIENTS; i++) {
          visit(caller, sessions.get((int) (i % sessions.size())));
        }
      }
    }

    private void visit(Caller caller, Session session) {
      Caller.Answer answer = caller.get("/", session.cookie);
      made.incrementAndGet();
      broken.addAndGet(answer.broken());
      if (answer.failed()) {
        failed.incrementAndGet();
        return;
      }
      if (answer.setCookie() != null) {
        session.cookie = answer.setCookie();
      }
      if (!session.home.isEmpty() && !session.home.equals(answer.origin())) {
        misrouted.incrementAndGet();
      }
      session.home = answer.origin();
    }

    void await(long count) throws IOException, InterruptedException {
      if (!Pause.until(() -> made.get() >= count, MOST)) {
        throw new IllegalStateException(made.get() + " requests in " + MOST);
      }
    }

    long seconds() {
      return Duration.ofNanos(System.nanoTime() - began).toSeconds();
    }

    List<String> missed() {
      List<String> missed = new ArrayList<>();
      if (misrouted.get() > 0) {
        missed.add("sessions: " + misrouted + " misrouted, goal 0");
      }
      if (failed.get() > 0) {
        missed.add("sessions: " + failed + " failed, goal 0");
      }
      return missed;
    }
  }
}
