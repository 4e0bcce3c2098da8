package io.atoll.edge;

import io.atoll.edge.cluster.ClusterMember;
import io.atoll.edge.cluster.HazelcastBudgetLedger;
import io.atoll.edge.cluster.HazelcastSessionTable;
import io.atoll.edge.cluster.HazelcastVerdictBoard;
import io.atoll.edge.health.InProcessVerdictBoard;
import io.atoll.edge.health.VerdictBoard;
import io.atoll.edge.ratelimit.BudgetLedger;
import io.atoll.edge.ratelimit.InProcessLedger;
import io.atoll.edge.session.InProcessSessionTable;
import io.atoll.edge.session.SessionTable;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What nodes share, each behind the interface of the feature that owns it: on Hazelcast, or in this
 * process alone.
 *
 * @param peers the nodes that are there, with their addresses
 * @param nodes the ids of the nodes that are there, this one included
 * @param membership takes who is to be told after each change of them
 * @param budgets how much is left of them
 * @param verdicts what they think of backends
 * @param sessions which backend a session lives on
 */
record SharedState(
    Supplier<List<ClusterMember.Peer>> peers,
    Supplier<List<String>> nodes,
    Consumer<Runnable> membership,
    BudgetLedger budgets,
    VerdictBoard verdicts,
    SessionTable sessions)
    implements AutoCloseable {
  private static final long SESSIONS = 1_000_000;
  private static final long BUDGETS = 100_000;

  /** For a node that is alone. */
  static SharedState alone(String node) {
    return new SharedState(
        () -> List.of(new ClusterMember.Peer(node, "-", true)),
        () -> List.of(node),
        _ -> {},
        new InProcessLedger(System::nanoTime, BUDGETS),
        InProcessVerdictBoard.alone(node, System::nanoTime),
        new InProcessSessionTable(SESSIONS, System::nanoTime));
  }

  /** For a member of a cluster. */
  static SharedState of(ClusterMember member, Telemetry telemetry) {
    return new SharedState(
        member::peers,
        member::nodes,
        member::onMembership,
        new HazelcastBudgetLedger(
            member, System::nanoTime, new ClusterCallMeters(telemetry, "budgets")),
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
