package io.atoll.edge.health;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.config.UpstreamConfig.HealthCheck;
import io.atoll.edge.loop.Loop;
import io.atoll.edge.telemetry.HealthMeters.BackendMeters;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Active checks of one backend by this node, confined to the loop.
 *
 * <p>A node checks on schedule while it is one of the backend's observers, or while it hears of
 * none of them; where many checks are due it waits its turn. A suspicion makes an observer check at
 * once whatever the others do, and then one failure is enough.
 */
final class Checks {
  /** Suspicions of many nodes lead to no more checks than this allows. */
  static final Duration BETWEEN_PROMPTED = Duration.ofMillis(100);

  private final BackendKey key;
  private final BackendAddress address;
  private final HealthCheck check;
  private final Duration freshFor;
  private final Prober prober;
  private final Surroundings around;
  private final BackendMeters meters;
  private final Runnable news;

  private List<String> observers = List.of();
  private Streak streak = Streak.UNKNOWN;
  private String reason = "never checked";
  private long probedAt;
  private long promptedAt;
  private boolean probing;
  private boolean queued;
  private boolean prompted;
  private Loop.@Nullable Timer scheduled;
  private boolean stopped;

  /**
   * What all checks of a node share.
   *
   * @param loop that they are confined to
   * @param node this node's id
   * @param board where observations go
   * @param probers make the prober of an upstream
   * @param random jitters the intervals
   * @param firsts spreads the first checks
   * @param underWay what is under way
   */
  record Surroundings(
      Loop loop,
      String node,
      VerdictBoard board,
      Function<UpstreamConfig, Prober> probers,
      RandomGenerator random,
      FirstChecks firsts,
      UnderWay underWay) {}

  /**
   * Checks that have not begun.
   *
   * @param prober of the backend's upstream
   * @param news run after each check
   */
  Checks(
      BackendKey key,
      BackendAddress address,
      HealthCheck check,
      Prober prober,
      Surroundings around,
      BackendMeters meters,
      Runnable news) {
    this.key = key;
    this.address = address;
    this.check = check;
    this.freshFor = check.interval().multipliedBy(3).plus(check.timeout());
    this.prober = prober;
    this.around = around;
    this.meters = meters;
    this.news = news;
    this.promptedAt = around.loop.now() - BETWEEN_PROMPTED.toNanos();
  }

  /** Begins, or goes on with other observers; a new observer checks before long. */
  void observers(List<String> now) {
    boolean before = observes();
    observers = now;
    if (observes() && !before) {
      next(around.firsts.delay(check.interval()));
    } else if (scheduled == null) {
      next(jittered());
    }
  }

  /** Checks no more. */
  void stop() {
    stopped = true;
    if (scheduled != null) {
      scheduled.cancel();
    }
  }

  /** Somebody can't use the backend: looks now, unless that is known here already. */
  void suspected() {
    if (!observes() || prompted || (streak.known() && !streak.passing())) {
      return;
    }
    prompted = true;
    if (!probing) {
      long wait = promptedAt + BETWEEN_PROMPTED.toNanos() - around.loop.now();
      if (wait <= 0) {
        probe(true);
      } else {
        around.loop.after(Duration.ofNanos(wait), this::prompt);
      }
    }
  }

  /** The observers' majority; this node's own view where none of them is heard. */
  Majority opinion() {
    Majority majority =
        Majority.of(around.board.sightings(key), observers, around.loop.now(), freshFor);
    if (majority != Majority.SILENT || !streak.known() || stale()) {
      return majority;
    }
    return streak.passing() ? Majority.HEALTHY : Majority.UNHEALTHY;
  }

  /** What the last check of this node found, in a few words. */
  String reason() {
    return reason;
  }

  private boolean observes() {
    return observers.contains(around.node);
  }

  private boolean stale() {
    return around.loop.now() - probedAt > freshFor.toNanos();
  }

  private Duration jittered() {
    double jitter = around.random.nextDouble(0.8, 1.2);
    return Duration.ofNanos((long) (check.interval().toNanos() * jitter));
  }

  private void next(Duration wait) {
    if (scheduled != null) {
      scheduled.cancel();
    }
    if (wait.isZero()) {
      tick();
    } else {
      scheduled = around.loop.after(wait, this::tick);
    }
  }

  private void tick() {
    if (stopped) {
      return;
    }
    if (!probing && !queued && (observes() || heardOfNone())) {
      queued = true;
      around.underWay.inTurn(this::turn);
    }
    news.run();
    next(jittered());
  }

  private void turn() {
    queued = false;
    probe(false);
  }

  private boolean heardOfNone() {
    return Majority.of(around.board.sightings(key), observers, around.loop.now(), freshFor)
        == Majority.SILENT;
  }

  private void prompt() {
    if (prompted && !probing) {
      probe(true);
    }
  }

  private void probe(boolean decisive) {
    if (probing || stopped) {
      return;
    }
    probing = true;
    if (decisive) {
      prompted = false;
      promptedAt = around.loop.now();
    }
    around.underWay.began();
    prober
        .probe(address)
        .otherwise(failure -> ProbeResult.failed(failure.toString()))
        .onSuccess(result -> around.loop.execute(() -> probed(result, decisive)));
  }

  private void probed(ProbeResult result, boolean decisive) {
    probing = false;
    around.underWay.ended();
    if (stopped) {
      return;
    }
    meters.checked(result.passed());
    reason = result.reason();
    Streak before = stale() ? Streak.UNKNOWN : streak;
    streak = before.next(result.passed(), decisive, check.healthyAfter(), check.unhealthyAfter());
    probedAt = around.loop.now();
    if (observes()) {
      around.board.publish(key, streak.passing());
    }
    news.run();
    if (prompted) {
      prompted = false;
      suspected();
    }
  }
}
