package io.atoll.edge.cluster;

import io.atoll.config.MemberSettings;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.traffic.Figures;
import io.atoll.edge.traffic.Postings;
import io.atoll.edge.traffic.TrafficBoard;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The board of the cluster, in a map that every node mirrors: an entry for each upstream and node,
 * with that node as its only writer, whose change is the message.
 */
public final class HazelcastTrafficBoard implements TrafficBoard {
  /** Longer than figures count; what a node that went had to say goes by itself. */
  private static final Duration FIGURES_LIVE = FRESH_FOR.multipliedBy(3);

  private final String node;
  private final Listeners listeners = new Listeners();
  private final Postings postings = new Postings(System::nanoTime, listeners);

  /** From which the numbers of this node's figures start: above those of a process before it. */
  private final AtomicLong sequence = new AtomicLong(System.currentTimeMillis());

  private final Notices<TrafficKey, SharedFigures> posted;

  private HazelcastTrafficBoard(ClusterMember member, Telemetry telemetry) {
    this.node = member.node();
    this.posted =
        new Notices<>(
            member,
            MemberSettings.TRAFFIC,
            FIGURES_LIVE,
            1,
            new ClusterCallMeters(telemetry, "traffic"),
            this::received);
    member.onMembership(() -> postings.retain(member.nodes()));
  }

  /** Opens the board and reads it. Blocks: not for an event loop. */
  public static HazelcastTrafficBoard open(ClusterMember member, Telemetry telemetry) {
    return new HazelcastTrafficBoard(member, telemetry);
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
    posted.put(new TrafficKey(upstream, node), next);
  }

  @Override
  public void withdraw(String upstream) {
    posted.remove(new TrafficKey(upstream, node));
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
