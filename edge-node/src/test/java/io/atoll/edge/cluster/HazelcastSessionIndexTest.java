package io.atoll.edge.cluster;

import io.atoll.edge.session.SessionIndex;
import io.atoll.edge.session.SessionIndexContract;
import io.atoll.edge.session.SessionTable;
import io.atoll.edge.session.SessionTableContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Sessions of two members, seen from the one that did not make them. */
class HazelcastSessionIndexTest extends SessionIndexContract {
  @SuppressWarnings("NullAway.Init") // JUnit sets it, before the first test
  private static TestCluster cluster;

  private final SessionTable table =
      new HazelcastSessionTable(cluster.member(0), SessionTableContract.HASH, 1_000);
  private final SessionIndex index =
      new HazelcastSessionIndex(cluster.member(1), task -> Thread.ofVirtual().start(task));

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Override
  protected SessionTable table() {
    return table;
  }

  @Override
  protected SessionIndex index() {
    return index;
  }
}
