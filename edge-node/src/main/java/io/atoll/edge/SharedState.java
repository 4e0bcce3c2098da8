package io.atoll.edge;

import io.atoll.edge.cluster.ClusterMember;
import io.atoll.edge.cluster.HazelcastSessionTable;
import io.atoll.edge.cluster.HazelcastVerdictBoard;
import io.atoll.edge.health.InProcessVerdictBoard;
import io.atoll.edge.health.VerdictBoard;
import io.atoll.edge.session.InProcessSessionTable;
import io.atoll.edge.session.SessionTable;
import io.atoll.edge.telemetry.Telemetry;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What nodes share, each behind the interface of the feature that owns it: on Hazelcast, or in this
 * process alone.
 *
 * @param nodes the ids of the nodes that are there, this one included
 * @param membership takes who is to be told after each change of them
 * @param verdicts what they think of backends
 * @param sessions which backend a session lives on
 */
record SharedState(
    Supplier<List<String>> nodes,
    Consumer<Runnable> membership,
    VerdictBoard verdicts,
    SessionTable sessions)
    implements AutoCloseable {
  private static final long SESSIONS = 1_000_000;

  /** For a node that is alone. */
  static SharedState alone(String node) {
    return new SharedState(
        () -> List.of(node),
        _ -> {},
        InProcessVerdictBoard.alone(node, System::nanoTime),
        new InProcessSessionTable(SESSIONS, System::nanoTime));
  }

  /** For a member of a cluster. */
  static SharedState of(ClusterMember member, Telemetry telemetry) {
    return new SharedState(
        member::nodes,
        member::onMembership,
        HazelcastVerdictBoard.open(member, telemetry),
        new HazelcastSessionTable(member, SESSIONS));
  }

  /** Calls back after each change of the nodes that are there; must not block. */
  void onMembership(Runnable listener) {
    membership.accept(listener);
  }

  @Override
  public void close() {
    verdicts.close();
  }
}
