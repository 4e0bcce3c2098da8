package io.atoll.edge.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.traffic.TrafficBoard.Posted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What every board promises, seen by three nodes. */
public abstract class TrafficBoardContract {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final String upstream = "shop-" + UUID.randomUUID();

  /** The boards of three nodes, {@code node-1} to {@code node-3}. */
  protected abstract List<? extends TrafficBoard> boards();

  @Test
  void whatANodePostsTheOthersReadAndItDoesNot() {
    Figures figures =
        new Figures(100, 3, Map.of("10.0.0.1:80", new Seen(60, 5, 2, 123_456_789_012L)));
    boards().get(0).post(upstream, figures);

    for (TrafficBoard board : boards().subList(1, 3)) {
      await().atMost(SOON).until(() -> !board.others(upstream).isEmpty());
      assertThat(board.others(upstream))
          .singleElement()
          .satisfies(
              posted -> {
                assertThat(posted.node()).isEqualTo("node-1");
                assertThat(posted.figures()).isEqualTo(figures);
              });
    }
    assertThat(boards().get(0).others(upstream)).isEmpty();
  }

  @Test
  void theNewestFiguresOfANodeStand() {
    for (int i = 0; i <= 50; i++) {
      boards().get(2).post(upstream, requests(i));
    }

    for (TrafficBoard board : boards().subList(0, 2)) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(board.others(upstream))
                      .extracting(Posted::figures)
                      .containsExactly(requests(50)));
    }
  }

  @Test
  void figuresThatArePostedAgainAreFresher() {
    TrafficBoard there = boards().get(1);
    boards().get(0).post(upstream, requests(1));
    await().atMost(SOON).until(() -> !there.others(upstream).isEmpty());
    long first = there.others(upstream).getFirst().receivedAt();

    boards().get(0).post(upstream, requests(1));

    await().atMost(SOON).until(() -> there.others(upstream).getFirst().receivedAt() - first > 0);
  }

  @Test
  void whatIsTakenBackIsGone() {
    TrafficBoard there = boards().get(1);
    boards().get(0).post(upstream, requests(1));
    boards().get(2).post(upstream, requests(2));
    await().atMost(SOON).until(() -> there.others(upstream).size() == 2);

    boards().get(0).withdraw(upstream);

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(there.others(upstream))
                    .extracting(Posted::node)
                    .containsExactly("node-3"));
  }

  @Test
  void whatIsNewIsTold() {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    boards().get(1).watch(heard::add);

    boards().get(0).post(upstream, requests(1));

    await().atMost(SOON).until(() -> heard.contains(upstream));
  }

  private static Figures requests(int n) {
    return new Figures(n, 0, Map.of());
  }
}
