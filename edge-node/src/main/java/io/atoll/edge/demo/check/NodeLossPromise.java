package io.atoll.edge.demo.check;

import static java.util.Locale.ROOT;

import io.atoll.edge.demo.DemoConfiguration;
import io.atoll.edge.demo.DemoLayout.Node;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A node that dies takes nothing with it but the requests it was answering: sessions keep their
 * backends, what it cached stays cached, and it rejoins when it is back.
 */
final class NodeLossPromise implements Promise {
  private static final int SESSIONS = 300;
  private static final int WORKERS = 24;
  private static final Duration INTERVAL = Duration.ofMillis(30);
  private static final Duration BEFORE = Duration.ofSeconds(3);
  private static final Duration AFTER = Duration.ofSeconds(4);
  private static final Duration BACK = Duration.ofSeconds(2);
  private static final Duration TO_REJOIN = Duration.ofSeconds(30);
  private static final Duration TO_STORE = Duration.ofSeconds(2);

  @Override
  public String subject() {
    return "sessions, and a node killed under load";
  }

  @Override
  public List<Finding> examine(Trial trial) throws IOException, InterruptedException {
    Node victim = trial.layout().nodes().getLast();
    String cached = cachedBy(trial, victim);
    List<Session> sessions = sessions(trial);
    List<Finding> findings = new ArrayList<>();

    Tally before = crowded(sessions, () -> {}, BEFORE);
    findings.add(kept("sessions that hop between nodes", before, sessions, 0));
    int misrouted = misrouted(sessions);

    Tally killed = crowded(sessions, () -> trial.cluster().process(victim).kill(), AFTER);
    findings.add(unnoticed(killed, victim));
    findings.add(survived(trial, cached));

    double back = rejoin(trial, victim);
    Tally after = crowded(sessions, () -> {}, BACK);
    findings.add(kept("sessions after the kill and the return", killed, sessions, misrouted));
    findings.add(returned(trial, victim, back, after));
    return findings;
  }

  /** Fills the cache at one node alone; the path. */
  private static String cachedBy(Trial trial, Node node) throws InterruptedException {
    String path = DemoConfiguration.CACHED + "survivor-" + System.nanoTime();
    Visitor visitor = new Visitor(trial.wire(), List.of(node), 0);
    Trial.await("a hit at " + node.id(), TO_STORE, () -> CachePromise.hit(visitor, path));
    return path;
  }

  private static List<Session> sessions(Trial trial) {
    return IntStream.range(0, SESSIONS)
        .mapToObj(
            number ->
                new Session(
                    trial.visitor(number),
                    number % 3 == 0 ? DemoConfiguration.CART : DemoConfiguration.ACCOUNT))
        .toList();
  }

  /** What happens in the middle of the load. */
  @FunctionalInterface
  private interface Event {
    void happen() throws InterruptedException;
  }

  /** All sessions go on for a while, with something happening after the first quarter. */
  private static Tally crowded(List<Session> sessions, Event event, Duration duration)
      throws InterruptedException {
    Crowd crowd = Crowd.start(WORKERS, INTERVAL, worker -> turns(sessions, worker));
    try (crowd) {
      crowd.carryOn(duration.dividedBy(4));
      event.happen();
      crowd.carryOn(duration.multipliedBy(3).dividedBy(4));
    }
    return crowd.tally();
  }

  /** Each worker has sessions of its own, so that a session asks one thing at a time. */
  private static Crowd.Errand turns(List<Session> sessions, int worker) {
    List<Session> own =
        IntStream.range(0, sessions.size())
            .filter(i -> i % WORKERS == worker)
            .mapToObj(sessions::get)
            .toList();
    int[] turn = {0};
    return () -> own.get(turn[0]++ % own.size()).visit();
  }

  private static int misrouted(List<Session> sessions) {
    return sessions.stream().mapToInt(Session::misrouted).sum();
  }

  private static Finding kept(String promise, Tally tally, List<Session> sessions, int earlier) {
    int misrouted = misrouted(sessions) - earlier;
    return new Finding(
        promise,
        "%d misrouted of %d, %d sessions, %d failed"
            .formatted(misrouted, tally.answered(), sessions.size(), tally.failed()),
        "0 misrouted",
        misrouted == 0 && tally.failed() == 0);
  }

  private static Finding unnoticed(Tally tally, Node victim) {
    long inFlight = tally.brokenInFlightAt(victim);
    long elsewhere = tally.broken() - tally.brokenAt(victim);
    long failed = tally.failed() + elsewhere;
    String why = failed == 0 ? "" : " (" + tally.examples() + ")";
    return new Finding(
        "node killed: clients retry elsewhere",
        String.format(
            ROOT,
            "%d failed of %d, p99 %.1f ms%s; %d were in flight there",
            failed,
            tally.answered(),
            tally.millis(0.99),
            why,
            inFlight),
        "0 failed",
        failed == 0);
  }

  private static Finding survived(Trial trial, String path)
      throws IOException, InterruptedException {
    Node other = trial.layout().nodes().getFirst();
    boolean hit = CachePromise.hit(new Visitor(trial.wire(), List.of(other), 0), path);
    int fetches = CachePromise.fetches(trial, path);
    return new Finding(
        "what the dead node cached is a hit",
        "%s at %s, %d origin fetches".formatted(hit ? "hit" : "miss", other.id(), fetches),
        "hit, 1 fetch",
        hit && fetches == 1);
  }

  /** Starts the node again; milliseconds until all nodes see all members and it is ready. */
  private static double rejoin(Trial trial, Node victim) throws InterruptedException {
    trial.cluster().restart(victim);
    int members = trial.layout().nodes().size();
    return Trial.await(
        victim.id() + " in the cluster again",
        TO_REJOIN,
        () ->
            trial.backstage().ready(victim)
                && trial.allNodes(
                    node ->
                        trial.backstage().metric(node, "atoll_cluster_members", Map.of())
                            == members));
  }

  private static Finding returned(Trial trial, Node victim, double millis, Tally after) {
    long served =
        after.servedBy(victim, HttpVersion.HTTP_1_1) + after.servedBy(victim, HttpVersion.HTTP_2);
    return new Finding(
        "killed node back: joined and serving",
        String.format(
            ROOT,
            "%d members after %.1f s, %d requests served, %d failed",
            trial.layout().nodes().size(),
            millis / 1e3,
            served,
            after.failed() + after.broken()),
        "<= " + TO_REJOIN.toSeconds() + " s, serving",
        millis <= TO_REJOIN.toMillis() && served > 0 && after.failed() + after.broken() == 0);
  }
}
