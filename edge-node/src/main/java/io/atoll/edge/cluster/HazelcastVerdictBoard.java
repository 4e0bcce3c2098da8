package io.atoll.edge.cluster;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.atoll.config.MemberSettings;
import io.atoll.edge.health.BackendKey;
import io.atoll.edge.health.Report;
import io.atoll.edge.health.Reports;
import io.atoll.edge.health.Sighting;
import io.atoll.edge.health.VerdictBoard;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The board of the cluster, in two maps that every node mirrors. One holds what each node last said
 * of each backend, an entry of its own for each pair, so that there is one writer for each; its
 * change is the message. The other holds what operators ordered.
 */
public final class HazelcastVerdictBoard implements VerdictBoard {
  /** Longer than a sensible interval between checks; what a lost node said goes after that. */
  private static final Duration REPORT_LIVES = Duration.ofHours(1);

  /** A word of 'no longer' outlives a split brain, so that it can win over an older order. */
  private static final Duration LIFTED_LIVES = Duration.ofDays(7);

  /** A suspicion that is under way does not hold up what its check observes a moment later. */
  private static final int AT_ONCE = 2;

  private static final Duration READ_AGAIN = Duration.ofSeconds(5);
  private static final Duration DRAIN_DEADLINE = Duration.ofSeconds(5);

  private final String node;
  private final Listeners listeners = new Listeners();
  private final Reports reports;
  private final AtomicLong sequence;
  private final Notices<ReportKey, Report> posted;
  private final MirroredMap<BackendKey, Boolean> drains;

  /** Opens the board and reads it. Blocks: not for an event loop. */
  public static HazelcastVerdictBoard open(ClusterMember member, Telemetry telemetry) {
    return new HazelcastVerdictBoard(member, telemetry, System::nanoTime, InstantSource.system());
  }

  /**
   * Opens the board and reads it. Blocks: not for an event loop.
   *
   * @param ticker nanoseconds, for when observations are received
   * @param clock from which the numbers of this node's observations start, above those of a process
   *     before it
   */
  HazelcastVerdictBoard(
      ClusterMember member, Telemetry telemetry, LongSupplier ticker, InstantSource clock) {
    this.node = member.node();
    this.reports = new Reports(ticker, listeners);
    this.sequence = new AtomicLong(clock.millis());
    this.drains =
        new MirroredMap<>(
            member, MemberSettings.DRAINS, READ_AGAIN, (key, _) -> listeners.changed(key));
    this.posted =
        new Notices<>(
            member,
            MemberSettings.OBSERVATIONS,
            REPORT_LIVES,
            AT_ONCE,
            new ClusterCallMeters(telemetry, "verdicts"),
            this::received);
    member.onMembership(() -> reports.retain(member.nodes()));
  }

  private void received(ReportKey key, @Nullable Report report) {
    if (key.node().equals(node)) {
      return;
    }
    if (report == null) {
      reports.withdrawn(key.about(), key.node());
    } else {
      reports.received(key.about(), key.node(), report);
    }
  }

  @Override
  public void publish(BackendKey backend, boolean passing) {
    post(backend, last(backend).observed(sequence.incrementAndGet(), passing));
  }

  @Override
  public void suspect(BackendKey backend) {
    post(backend, last(backend).suspected(sequence.incrementAndGet()));
  }

  @Override
  public void withdraw(BackendKey backend) {
    if (reports.last(backend, node) != null) {
      reports.withdrawn(backend, node);
      posted.remove(key(backend));
    }
  }

  private Report last(BackendKey backend) {
    return Objects.requireNonNullElse(reports.last(backend, node), Report.NONE);
  }

  private void post(BackendKey backend, Report report) {
    reports.received(backend, node, report);
    posted.put(key(backend), report);
  }

  private ReportKey key(BackendKey backend) {
    return new ReportKey(backend.upstream(), backend.backend(), node);
  }

  @Override
  public CompletionStage<Boolean> drain(BackendKey backend, boolean draining) {
    boolean more = ordered(backend.upstream(), draining).size() < MOST_DRAIN;
    if (draining && !more && !draining(backend)) {
      return CompletableFuture.completedStage(false);
    }
    try {
      return (draining ? drains.set(backend, true) : lift(backend, more))
          .toCompletableFuture()
          .copy()
          .orTimeout(DRAIN_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          .thenApply(_ -> true);
    } catch (HazelcastInstanceNotActiveException going) {
      return CompletableFuture.failedStage(going);
    }
  }

  /** Where there are many words of 'no longer' already, this one is not kept. */
  private CompletionStage<Void> lift(BackendKey backend, boolean kept) {
    return kept ? drains.set(backend, false, LIFTED_LIVES) : drains.remove(backend);
  }

  private List<String> ordered(String upstream, boolean draining) {
    return drains.entries().entrySet().stream()
        .filter(order -> order.getKey().upstream().equals(upstream))
        .filter(order -> order.getValue() == draining)
        .map(order -> order.getKey().backend())
        .sorted()
        .toList();
  }

  @Override
  public List<Sighting> sightings(BackendKey backend) {
    return reports.sightings(backend);
  }

  @Override
  public boolean draining(BackendKey backend) {
    return Boolean.TRUE.equals(drains.get(backend));
  }

  @Override
  public List<String> draining(String upstream) {
    return ordered(upstream, true);
  }

  @Override
  public void watch(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    posted.close();
    drains.close();
  }
}
