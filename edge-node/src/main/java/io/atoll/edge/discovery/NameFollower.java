package io.atoll.edge.discovery;

import io.atoll.config.UpstreamConfig.Discovery;
import io.atoll.edge.loop.Loop;
import io.atoll.edge.telemetry.DiscoveryMeters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up one name again and again and keeps its last good answer. An answer holds for the time to
 * live of its records, and for {@code refresh} at most; a look-up that brings none, whether the
 * name servers fail or say that there is nothing, leaves the last answer as it was and is made
 * again sooner. Its work is done on one loop; what it found may be read from any thread.
 */
final class NameFollower {
  /** The least time between two look-ups, whatever the records say. */
  static final Duration LEAST = Duration.ofSeconds(1);

  /** The longest wait after a look-up that failed. */
  static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  /** A look-up that takes longer has failed, and asks nothing more. */
  static final Duration DEADLINE = Duration.ofSeconds(10);

  /** Look-ups come up to so much of their time sooner, so that nodes don't ask in step. */
  private static final double JITTER = 0.1;

  private static final Logger LOG = LoggerFactory.getLogger(NameFollower.class);

  private final String upstream;
  private final Discovery what;
  private final Lookup lookup;
  private final Loop loop;
  private final RandomGenerator random;
  private final DiscoveryMeters meters;
  private final Runnable changed;
  private final CompletableFuture<Void> first = new CompletableFuture<>();
  private volatile List<Found> found;

  /** When the last good answer came; null: never. */
  private volatile @Nullable Long goodAt;

  private int number;
  private int misses;
  private Loop.@Nullable Timer timer;
  private @Nullable CompletableFuture<Reply<Found>> underWay;
  private boolean stopped;

  /**
   * A follower that has not begun.
   *
   * @param before followed the same servers by the same records until now; its answer goes on to
   *     hold; null: nobody did
   * @param random jitters; used on the loop only
   * @param changed called on the loop after what was found is other than before
   */
  NameFollower(
      String upstream,
      Discovery what,
      Lookup lookup,
      Loop loop,
      RandomGenerator random,
      DiscoveryMeters meters,
      @Nullable NameFollower before,
      Runnable changed) {
    this.upstream = upstream;
    this.what = what;
    this.lookup = lookup;
    this.loop = loop;
    this.random = random;
    this.meters = meters;
    this.changed = changed;
    this.found = before == null ? List.of() : before.found;
    this.goodAt = before == null ? null : before.goodAt;
    if (goodAt != null) {
      first.complete(null);
    }
    meters.age(this::ageSeconds);
  }

  /** What is followed. */
  Discovery what() {
    return what;
  }

  /** What the last good answer named; empty before there was one. */
  List<Found> found() {
    return found;
  }

  /** Completes when there was an answer, or the first look-up had none. */
  CompletableFuture<Void> first() {
    return first;
  }

  /** Begins. From any thread. */
  void start() {
    loop.execute(this::look);
  }

  /** Ends; what was found stays. From any thread. */
  void stop() {
    loop.execute(
        () -> {
          stopped = true;
          number++;
          cancel();
          lookup.close();
        });
  }

  private void look() {
    if (stopped) {
      return;
    }
    int mine = ++number;
    timer =
        loop.after(
            DEADLINE, () -> heard(mine, new Reply.Failed<>("no answer within " + DEADLINE, true)));
    CompletableFuture<Reply<Found>> asked = lookup.look();
    underWay = asked;
    var _ = asked.thenAccept(reply -> loop.execute(() -> heard(mine, reply)));
  }

  private void heard(int mine, Reply<Found> reply) {
    if (mine != number) {
      return; // too late, or stopped
    }
    number++;
    cancel();
    Duration wait =
        switch (reply) {
          case Reply.Some<Found> some -> taken(some);
          case Reply.None<Found> none -> {
            meters.empty();
            yield missed(none.why());
          }
          case Reply.Failed<Found> failed -> {
            meters.failed(failed.late());
            yield missed(failed.why());
          }
        };
    first.complete(null);
    timer = loop.after(jittered(wait), this::look);
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (underWay != null) {
      underWay.cancel(false);
      underWay = null;
    }
  }

  private Duration taken(Reply.Some<Found> some) {
    meters.answered();
    misses = 0;
    goodAt = loop.now();
    if (!some.items().equals(found)) {
      found = some.items();
      LOG.info("{} of upstream {}: {} backends", what.dns(), upstream, found.size());
      changed.run();
    }
    Duration wait = Reply.shorter(some.timeToLive(), what.refresh());
    return wait.compareTo(LEAST) < 0 ? LEAST : wait;
  }

  /** Says so once, and goes on with the last answer. */
  private Duration missed(String why) {
    if (misses == 0) {
      LOG.warn(
          "{} of upstream {} could not be looked up: {}; its {} backends stay",
          what.dns(),
          upstream,
          why,
          found.size());
    }
    Duration wait = LEAST.multipliedBy(1L << Math.min(misses, 10));
    misses++;
    return Reply.shorter(wait, Reply.shorter(what.refresh(), LONGEST_RETRY));
  }

  private Duration jittered(Duration wait) {
    long nanos = wait.toNanos();
    return Duration.ofNanos(nanos - (long) (nanos * JITTER * random.nextDouble()));
  }

  private double ageSeconds() {
    Long at = goodAt;
    return at == null ? Double.NaN : (loop.now() - at) / 1e9;
  }
}
