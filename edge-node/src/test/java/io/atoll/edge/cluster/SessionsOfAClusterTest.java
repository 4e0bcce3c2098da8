package io.atoll.edge.cluster;

import static io.atoll.edge.session.SessionTableContract.HASH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.internal.serialization.impl.SerializationConstants;
import com.hazelcast.spi.impl.SerializationServiceSupport;
import io.atoll.config.BackendAddress;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.SessionKey;
import io.atoll.edge.session.SessionTable;
import io.atoll.edge.session.Use;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions over three members of which some are lost. */
class SessionsOfAClusterTest {
  private static final Use USE = new Use(1_800_000_000, 1_800_000_000, 600, 0, 0);
  private static final BackendAddress A = new BackendAddress("http", "10.0.0.1", 80);
  private static final BackendAddress B = new BackendAddress("http", "10.0.0.2", 80);

  private final TestCluster cluster = TestCluster.start(3);

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void sessionsSurviveTheLossOfTheNodeThatMadeThem() {
    SessionTable made = new HazelcastSessionTable(cluster.member(2), HASH, 1_000);
    List<SessionKey> keys =
        IntStream.range(0, 300).mapToObj(i -> new SessionKey("shop", "session-" + i)).toList();
    for (int i = 0; i < keys.size(); i++) {
      answer(made.bind(keys.get(i), i % 2 == 0 ? A : B, USE));
    }
    answer(made.move(keys.getFirst(), Binding.FIRST, B, USE));
    cluster.member(2).hazelcast().getLifecycleService().terminate();
    SessionTable left = new HazelcastSessionTable(cluster.member(0), HASH, 1_000);
    assertThat(answer(left.find(keys.getFirst(), USE)))
        .contains(new Binding(B, 2, USE.began(), USE.at(), false, 0));
    for (int i = 1; i < keys.size(); i++) {
      assertThat(answer(left.find(keys.get(i), USE)))
          .contains(Binding.first(i % 2 == 0 ? A : B, USE));
    }
  }

  @Test
  void everyNodeHearsOfAMoveOfASessionItAskedFor() {
    SessionKey key = new SessionKey("shop", "session");
    Map<Integer, Binding> heard = new ConcurrentHashMap<>();
    List<SessionTable> tables =
        IntStream.range(0, 3)
            .<SessionTable>mapToObj(i -> new HazelcastSessionTable(cluster.member(i), HASH, 1_000))
            .toList();
    for (int i = 0; i < 3; i++) {
      int node = i;
      tables.get(i).onChanged((same, binding) -> heard.put(node, binding));
      answer(tables.get(i).bind(key, A, USE));
    }
    assertThat(heard).isEmpty();
    answer(tables.get(1).move(key, Binding.FIRST, B, USE));
    Binding moved = new Binding(B, 2, USE.began(), USE.at(), false, 0);
    await().untilAsserted(() -> assertThat(heard).isEqualTo(Map.of(0, moved, 1, moved, 2, moved)));
  }

  @Test
  void aMemberThatComesBackJoinsAClusterThatListensForMoves() {
    SessionKey key = new SessionKey("shop", "session");
    SessionTable stayed = new HazelcastSessionTable(cluster.member(0), HASH, 1_000);
    stayed.onChanged((same, binding) -> {});
    answer(stayed.bind(key, A, USE));

    cluster.restart(2);

    assertThat(cluster.member(2).hazelcast().getCluster().getMembers()).hasSize(3);
    SessionTable back = new HazelcastSessionTable(cluster.member(2), HASH, 1_000);
    assertThat(answer(back.find(key, USE))).contains(Binding.first(A, USE));
  }

  @Test
  void whatCrossesTheWireIsCompact() {
    SerializationService serialization =
        ((SerializationServiceSupport) cluster.member(0).hazelcast()).getSerializationService();
    for (Object sent :
        List.of(
            Binding.first(A, USE),
            USE,
            new SessionRecords.Find(USE),
            new SessionRecords.Bind(A, USE),
            new SessionRecords.Move(B, 1, USE),
            new SessionRecords.End(USE),
            new SessionRecords.NewerWins())) {
      Data data = serialization.toData(sent);
      assertThat(data.getType()).isEqualTo(SerializationConstants.TYPE_COMPACT);
      assertThat(serialization.<Object>toObject(data)).isEqualTo(sent);
    }
  }

  private static <T> T answer(CompletionStage<T> call) {
    return call.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
