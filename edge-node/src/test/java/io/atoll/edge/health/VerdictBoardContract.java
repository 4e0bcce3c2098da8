package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every board promises, seen by three nodes. */
public abstract class VerdictBoardContract {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final BackendKey backend = new BackendKey("shop-" + UUID.randomUUID(), "10.0.0.1:80");

  /** The boards of three nodes, {@code node-1} to {@code node-3}. */
  protected abstract List<? extends VerdictBoard> boards();

  @Test
  void whatANodeObservesItKnowsAtOnce() {
    boards().get(0).publish(backend, true);

    assertThat(boards().get(0).sightings(backend))
        .singleElement()
        .satisfies(
            sighting -> {
              assertThat(sighting.node()).isEqualTo("node-1");
              assertThat(sighting.passing()).isTrue();
            });
  }

  @Test
  void whatOneNodeObservesAllKnow() {
    boards().get(0).publish(backend, false);
    boards().get(1).publish(backend, true);

    for (VerdictBoard board : boards()) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(board.sightings(backend))
                      .extracting(Sighting::node, Sighting::passing)
                      .containsExactlyInAnyOrder(tuple("node-1", false), tuple("node-2", true)));
    }
  }

  @Test
  void theNewestObservationOfANodeStands() {
    for (int i = 0; i < 50; i++) {
      boards().get(2).publish(backend, i % 2 == 0);
    }
    boards().get(2).publish(backend, true);
    boards().get(2).publish(backend, false);

    for (VerdictBoard board : boards()) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(board.sightings(backend))
                      .extracting(Sighting::passing)
                      .containsExactly(false));
    }
  }

  @Test
  void anObservationThatIsMadeAgainIsFresher() {
    VerdictBoard there = boards().get(1);
    boards().get(0).publish(backend, true);
    await().atMost(SOON).until(() -> !there.sightings(backend).isEmpty());
    long first = there.sightings(backend).getFirst().receivedAt();

    boards().get(0).publish(backend, true);

    await().atMost(SOON).until(() -> there.sightings(backend).getFirst().receivedAt() - first > 0);
  }

  @Test
  void whatANodeTakesBackAllForgetAndWhatItSaysLaterTheyBelieve() {
    boards().get(0).publish(backend, false);
    boards().get(1).publish(backend, true);
    for (VerdictBoard board : boards()) {
      await().atMost(SOON).until(() -> board.sightings(backend).size() == 2);
    }

    boards().get(0).withdraw(backend);
    assertThat(boards().get(0).sightings(backend)).hasSize(1);
    for (VerdictBoard board : boards()) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(board.sightings(backend))
                      .extracting(Sighting::node)
                      .containsExactly("node-2"));
    }

    boards().get(0).publish(backend, true);
    for (VerdictBoard board : boards()) {
      await().atMost(SOON).until(() -> board.sightings(backend).size() == 2);
    }
  }

  @Test
  void aSuspicionReachesAllNodesAndIsNoObservation() {
    List<Heard> heard = boards().stream().map(Heard::of).toList();

    boards().get(2).suspect(backend);

    for (Heard each : heard) {
      await().atMost(SOON).until(() -> each.suspected.contains(backend));
    }
    boards().forEach(board -> assertThat(board.sightings(backend)).isEmpty());
  }

  @Test
  void eachSuspicionIsHeardAgain() {
    Heard heard = Heard.of(boards().get(1));

    boards().get(0).suspect(backend);
    await().atMost(SOON).until(() -> heard.suspected.size() == 1);
    boards().get(0).suspect(backend);
    await().atMost(SOON).until(() -> heard.suspected.size() == 2);
  }

  @Test
  void aBackendDrainsOnAllNodesUntilItIsLifted() {
    List<Heard> heard = boards().stream().map(Heard::of).toList();

    boards().get(0).drain(backend, true).toCompletableFuture().join();
    for (VerdictBoard board : boards()) {
      await().atMost(SOON).until(() -> board.draining(backend));
    }
    heard.forEach(each -> assertThat(each.changed).contains(backend));

    boards().get(1).drain(backend, false).toCompletableFuture().join();
    for (VerdictBoard board : boards()) {
      await().atMost(SOON).until(() -> !board.draining(backend));
    }
  }

  @Test
  void onlySoManyOfAnUpstreamDrainAtATime() {
    VerdictBoard board = boards().getFirst();
    CompletableFuture<?>[] orders =
        IntStream.range(0, VerdictBoard.MOST_DRAIN)
            .mapToObj(i -> drain(board, "crowd", i, true))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(orders).join();
    await().atMost(SOON).until(() -> board.draining("crowd").size() == VerdictBoard.MOST_DRAIN);
    assertThat(drain(board, "crowd", 9999, true).join()).isFalse();
    assertThat(drain(board, "crowd", 7, true).join()).isTrue();
    assertThat(drain(board, "other", 9999, true).join()).isTrue();
    assertThat(drain(board, "crowd", 7, false).join()).isTrue();
    await().atMost(SOON).until(() -> drain(board, "crowd", 9999, true).join());
  }

  private static CompletableFuture<Boolean> drain(
      VerdictBoard board, String upstream, int port, boolean draining) {
    return board
        .drain(new BackendKey(upstream, "10.0.0.1:" + port), draining)
        .toCompletableFuture();
  }

  /** What a board told. */
  private record Heard(Queue<BackendKey> changed, Queue<BackendKey> suspected)
      implements VerdictBoard.Listener {
    static Heard of(VerdictBoard board) {
      Heard heard = new Heard(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
      board.watch(heard);
      return heard;
    }

    @Override
    public void changed(BackendKey backend) {
      changed.add(backend);
    }

    @Override
    public void suspected(BackendKey backend) {
      suspected.add(backend);
    }
  }
}
