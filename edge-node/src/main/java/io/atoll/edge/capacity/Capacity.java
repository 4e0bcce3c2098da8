package io.atoll.edge.capacity;

import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.loop.Loop;
import io.atoll.edge.telemetry.CapacityMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many requests the backends of all upstreams may have of this node at once. In rounds it
 * measures, claims and gives back: ten a second while there is traffic, more often while somebody
 * waits, one a second else. Thread-safe; the rounds are on the loop.
 */
public final class Capacity implements AutoCloseable {
  /** Between rounds where nothing happens. */
  static final Duration QUIET = Duration.ofSeconds(1);

  /** How long a node that starts waits for its first shares. */
  private static final Duration FIRST_SHARES = Duration.ofMillis(500);

  private final Loop loop;
  private final ShareLedger ledger;
  private final IntSupplier nodes;
  private final Telemetry telemetry;
  private final Map<String, UpstreamCapacity> upstreams = new ConcurrentHashMap<>();
  private final AtomicBoolean urged = new AtomicBoolean();
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private Loop.@Nullable Timer timer;
  private long ranAt;

  /** The number of the last claim of all; on the loop. */
  private long claims;

  private boolean stopped;

  /**
   * Begins its rounds.
   *
   * @param loop runs them
   * @param nodes how many there are
   */
  public Capacity(Loop loop, ShareLedger ledger, IntSupplier nodes, Telemetry telemetry) {
    this.loop = loop;
    this.ledger = ledger;
    this.nodes = nodes;
    this.telemetry = telemetry;
    this.ranAt = loop.now() - QUIET.toNanos();
    urge();
  }

  /** The capacity of an upstream; the same after a reload as before, but for its limits. */
  public UpstreamCapacity open(UpstreamConfig config, BackendSet backends) {
    UpstreamCapacity upstream =
        upstreams.compute(
            config.name(),
            (_, before) -> {
              if (before == null) {
                return begun(config, backends);
              }
              before.configure(config, backends);
              return before;
            });
    urge();
    return upstream;
  }

  private UpstreamCapacity begun(UpstreamConfig config, BackendSet backends) {
    return new UpstreamCapacity(
        config,
        backends,
        ledger,
        loop,
        this::urge,
        () -> ++claims,
        () -> new CapacityMeters(telemetry, config.name()));
  }

  /**
   * Gives up the shares of all other upstreams, once what is under way there is over. To be called
   * when no new request goes there any more.
   */
  public void keepOnly(Collection<String> names) {
    upstreams.forEach(
        (name, upstream) -> {
          if (!names.contains(name)) {
            upstream.retire();
          }
        });
    urge();
  }

  /** Blocks until each backend has its first share, for a moment at most. */
  public void awaitFirstShares() {
    if (upstreams.isEmpty()) {
      return;
    }
    var _ =
        settled
            .copy()
            .completeOnTimeout(null, FIRST_SHARES.toMillis(), TimeUnit.MILLISECONDS)
            .join();
  }

  /** Has the next round come soon. From any thread. */
  void urge() {
    if (!urged.getAndSet(true)) {
      loop.execute(this::hurry);
    }
  }

  private void hurry() {
    if (loop.now() - ranAt < Claimant.URGENT.toNanos()) {
      arm(Claimant.URGENT);
    } else if (!stopped) {
      round();
    }
  }

  /** The next round comes so long after the last. */
  private void arm(Duration pause) {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (!stopped) {
      Duration left = pause.minusNanos(loop.now() - ranAt);
      timer = loop.after(left.isNegative() ? Duration.ZERO : left, this::round);
    }
  }

  /** Whatever fails in it, another follows. */
  private void round() {
    ranAt = loop.now();
    urged.set(false);
    Duration pause = QUIET;
    try {
      pause = all(Math.max(1, nodes.getAsInt()));
    } finally {
      arm(pause);
    }
  }

  private Duration all(int present) {
    Duration pause = QUIET;
    boolean settledAll = true;
    for (String name : upstreams.keySet()) {
      UpstreamCapacity upstream =
          upstreams.computeIfPresent(name, (_, here) -> here.over() ? null : here);
      if (upstream != null) {
        Duration next = upstream.round(present) ? Claimant.SCARCE : QUIET;
        next = upstream.waited() || !upstream.settled() ? Claimant.URGENT : next;
        pause = next.compareTo(pause) < 0 ? next : pause;
        settledAll &= upstream.settled();
      }
    }
    if (settledAll && !upstreams.isEmpty()) {
      settled.complete(null);
    }
    return pause;
  }

  @Override
  public void close() {
    loop.execute(
        () -> {
          stopped = true;
          if (timer != null) {
            timer.cancel();
          }
        });
  }
}
