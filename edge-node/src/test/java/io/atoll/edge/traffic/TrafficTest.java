package io.atoll.edge.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two nodes that share a board, in a time that the test moves. */
class TrafficTest {
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final String BACKEND = "10.0.0.1:80";

  private long now = 42;
  private final InProcessTrafficBoard here = InProcessTrafficBoard.alone("here", () -> now);
  private final InProcessTrafficBoard there = here.join("there", () -> now);
  private final Traffic ours = new Traffic("shop", here, WINDOW, () -> now);
  private final Traffic theirs = new Traffic("shop", there, WINDOW, () -> now);

  @Test
  void requestsAndRetriesAreToldToOtherNodes() {
    times(7, ours::request);
    ours.retried();
    times(5, theirs::request);
    times(2, theirs::retried);
    assertThat(ours.others()).isEmpty();

    assertThat(theirs.post()).isTrue();

    assertThat(ours.others()).containsExactly(new Figures(5, 2, Map.of()));
    assertThat(ours.ownRequests()).isEqualTo(7);
    assertThat(ours.ownRetries()).isEqualTo(1);
    assertThat(ours.nodes()).isEqualTo(2);
    assertThat(theirs.others()).isEmpty();
    assertThat(theirs.nodes()).isEqualTo(1);
  }

  @Test
  void whatIsOlderThanTheWindowIsNotCounted() {
    times(7, ours::request);

    pass(Traffic.WINDOW);

    assertThat(ours.ownRequests()).isZero();
  }

  @Test
  void figuresOfANodeThatIsNoLongerHeardAreNotCounted() {
    theirs.request();
    theirs.post();
    pass(TrafficBoard.FRESH_FOR);
    assertThat(ours.others()).hasSize(1);
    assertThat(ours.age()).isEqualTo(3.0);

    pass(Duration.ofMillis(1));

    assertThat(ours.nodes()).isEqualTo(1);
    assertThat(ours.others()).isEmpty();
    assertThat(ours.age()).isZero();
  }

  @Test
  void figuresOfANodeThatIsGoneAreNotCounted() {
    theirs.request();
    theirs.post();

    there.close();

    assertThat(ours.others()).isEmpty();
  }

  @Test
  void howABackendAnsweredIsKnownToTheOthers() {
    Tally tally = theirs.tally(BACKEND);
    tally.answered(now, Duration.ofMillis(3).toNanos());
    tally.answered(now, Duration.ofMillis(4).toNanos());
    tally.failed(now);
    assertThat(tally.failed(now)).isEqualTo(2);
    theirs.post();

    assertThat(ours.others())
        .singleElement()
        .satisfies(figures -> assertThat(figures.seen(BACKEND)).isEqualTo(new Seen(4, 2, 2, 7000)));
  }

  @Test
  void aGoodAnswerEndsARunOfErrorsAndLeavesTheirNumber() {
    Tally tally = ours.tally(BACKEND);
    tally.failed(now);
    tally.failed(now);
    tally.answered(now, 0);

    assertThat(tally.seen(now)).isEqualTo(new Seen(3, 2, 0, 0));
    tally.clear();
    assertThat(tally.seen(now)).isEqualTo(Seen.NOTHING);
  }

  @Test
  void aBackendWithoutRequestsIsLeftOut() {
    ours.tally(BACKEND).failed(now);
    assertThat(ours.own().backends()).containsOnlyKeys(BACKEND);

    pass(WINDOW);

    assertThat(ours.own()).isEqualTo(Figures.NONE);
  }

  @Test
  void figuresArePostedWhileTheyChangeAndNowAndThenWhileThereIsTraffic() {
    List<String> told = new ArrayList<>();
    here.watch(told::add);

    assertThat(theirs.post()).isFalse();
    assertThat(told).isEmpty();

    theirs.request();
    assertThat(theirs.post()).isTrue();
    assertThat(theirs.post()).isTrue();
    assertThat(told).hasSize(1);

    pass(Traffic.POSTED_AGAIN);
    theirs.post();
    assertThat(told).hasSize(2);

    pass(Traffic.WINDOW);
    assertThat(theirs.post()).isFalse();
    assertThat(told).hasSize(3);
    pass(Traffic.WINDOW);
    theirs.post();
    assertThat(told).hasSize(3);
  }

  @Test
  void ofVeryManyBackendsThoseWithErrorsAreNamedFirstAndThenThoseWithMostToDo() {
    Map<String, Seen> many = new HashMap<>();
    IntStream.range(0, 3 * Figures.MOST).forEach(i -> many.put("b" + i, new Seen(i + 1, 0, 0, 0)));
    many.put("b0", new Seen(1, 1, 1, 0));

    Figures figures = new Figures(1, 0, many);

    assertThat(figures.backends()).hasSize(Figures.MOST);
    assertThat(figures.backends()).containsKeys("b0", "b2999").doesNotContainKey("b1");
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static void times(int n, Runnable what) {
    IntStream.range(0, n).forEach(_ -> what.run());
  }
}
