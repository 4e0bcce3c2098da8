package io.atoll.edge.cluster;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.atoll.config.MemberSettings;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.traffic.Figures;
import io.atoll.edge.traffic.Postings;
import io.atoll.edge.traffic.TrafficBoard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The board of the cluster, in a map that every node mirrors: an entry for each upstream and node,
 * with that node as its only writer, whose change is the message.
 */
public final class HazelcastTrafficBoard implements TrafficBoard {
  /** Longer than figures count; what a node that went had to say goes by itself. */
  private static final Duration FIGURES_LIVE = FRESH_FOR.multipliedBy(3);

  private static final Duration READ_AGAIN = Duration.ofSeconds(5);
  private static final Duration POST_DEADLINE = Duration.ofMillis(250);

  private final String node;
  private final Listeners listeners = new Listeners();
  private final Postings postings;
  private final AtomicLong sequence;
  private final ClusterCallMeters calls;
  private final MirroredMap<TrafficKey, SharedFigures> posted;
  private final Outbox<TrafficKey, Optional<SharedFigures>> outbox;

  /** Opens the board and reads it. Blocks: not for an event loop. */
  public static HazelcastTrafficBoard open(ClusterMember member, Telemetry telemetry) {
    return new HazelcastTrafficBoard(member, telemetry, System::nanoTime, InstantSource.system());
  }

  /**
   * Opens the board and reads it. Blocks: not for an event loop.
   *
   * @param ticker nanoseconds, for when figures are received
   * @param clock from which the numbers of this node's figures start, above those of a process
   *     before it
   */
  private HazelcastTrafficBoard(
      ClusterMember member, Telemetry telemetry, LongSupplier ticker, InstantSource clock) {
    this.node = member.node();
    this.postings = new Postings(ticker, listeners);
    this.sequence = new AtomicLong(clock.millis());
    this.calls = new ClusterCallMeters(telemetry, "traffic");
    this.posted = new MirroredMap<>(member, MemberSettings.TRAFFIC, READ_AGAIN, this::received);
    this.outbox = new Outbox<>(this::send, POST_DEADLINE);
    member.onMembership(() -> postings.retain(member.nodes()));
  }

  private void received(TrafficKey key, @Nullable SharedFigures figures) {
    if (key.node().equals(node)) {
      return;
    }
    if (figures == null) {
      postings.withdrawn(key.upstream(), key.node());
    } else {
      postings.received(key.upstream(), key.node(), figures.number(), figures.figures());
    }
  }

  @Override
  public void post(String upstream, Figures figures) {
    SharedFigures next = SharedFigures.of(sequence.incrementAndGet(), figures);
    outbox.put(new TrafficKey(upstream, node), Optional.of(next));
  }

  @Override
  public void withdraw(String upstream) {
    outbox.put(new TrafficKey(upstream, node), Optional.empty());
  }

  private CompletionStage<Void> send(TrafficKey key, Optional<SharedFigures> figures) {
    CompletionStage<Void> sent;
    try {
      sent =
          figures.isPresent() ? posted.set(key, figures.get(), FIGURES_LIVE) : posted.remove(key);
    } catch (HazelcastInstanceNotActiveException going) {
      sent = CompletableFuture.failedStage(going);
    }
    var _ =
        sent.toCompletableFuture()
            .copy()
            .orTimeout(POST_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((_, failure) -> count(failure));
    return sent;
  }

  private void count(@Nullable Throwable failure) {
    if (failure == null) {
      calls.ok();
    } else if (failure instanceof TimeoutException) {
      calls.late();
    } else {
      calls.failed();
    }
  }

  @Override
  public List<Posted> others(String upstream) {
    return postings.of(upstream);
  }

  @Override
  public void watch(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    posted.close();
  }
}
