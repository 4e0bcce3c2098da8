package io.atoll.edge.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.UpstreamConfig.Discovery;
import io.atoll.config.UpstreamConfig.Discovery.Records;
import io.atoll.edge.loop.FakeLoop;
import io.atoll.edge.telemetry.DiscoveryMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * When a name is looked up again, and what holds meanwhile; time stands still until it is moved.
 */
class NameFollowerTest {
  private static final Discovery WHAT =
      new Discovery("shop.test", Records.address, 80, Duration.ofSeconds(20), List.of());
  private static final Found ONE = new Found("10.0.0.1", 80, 1, 0);
  private static final Found OTHER = new Found("10.0.0.2", 80, 1, 0);
  private static final Reply<Found> SERVFAIL = new Reply.Failed<>("ServFail", false);

  private final FakeLoop loop = new FakeLoop();
  private final List<CompletableFuture<Reply<Found>>> asked = new ArrayList<>();
  private final Telemetry telemetry = new Telemetry();
  private int changes;
  private final NameFollower follower = follower(WHAT, null);

  private NameFollower follower(Discovery what, @Nullable NameFollower before) {
    return new NameFollower(
        "shop",
        what,
        new Lookup() {
          @Override
          public CompletableFuture<Reply<Found>> look() {
            asked.add(new CompletableFuture<>());
            return asked.getLast();
          }

          @Override
          public void close() {}
        },
        loop,
        new SplittableRandom(7),
        new DiscoveryMeters(telemetry, "shop"),
        before,
        () -> changes++);
  }

  private static Reply<Found> answer(int seconds, Found... found) {
    return new Reply.Some<>(List.of(found), Duration.ofSeconds(seconds));
  }

  private void say(Reply<Found> reply) {
    asked.getLast().complete(reply);
    loop.run();
  }

  private void begin(Reply<Found> first) {
    follower.start();
    loop.run();
    say(first);
  }

  /** The name is looked up again after so long, up to a tenth sooner. */
  private void looksAgainAfter(Duration wait) {
    int before = asked.size();
    loop.advance(wait.multipliedBy(9).dividedBy(10).minusMillis(1));
    assertThat(asked).as("not sooner than after nine tenths of " + wait).hasSize(before);
    loop.advance(wait.dividedBy(10).plusMillis(2));
    assertThat(asked).as("after " + wait).hasSize(before + 1);
  }

  @Test
  void anAnswerHoldsForTheTimeToLiveOfItsRecords() {
    begin(answer(12, ONE));
    assertThat(follower.found()).containsExactly(ONE);
    looksAgainAfter(Duration.ofSeconds(12));
  }

  @Test
  void butNoLongerThanRefresh() {
    begin(answer(3600, ONE));
    looksAgainAfter(Duration.ofSeconds(20));
  }

  @Test
  void andForASecondAtLeast() {
    begin(answer(0, ONE));
    looksAgainAfter(Duration.ofSeconds(1));
  }

  @Test
  void aChangeIsToldOnceAndTheSameAnswerNotAtAll() {
    begin(answer(5, ONE));
    looksAgainAfter(Duration.ofSeconds(5));
    say(answer(5, ONE));
    assertThat(changes).isEqualTo(1);
    looksAgainAfter(Duration.ofSeconds(5));
    say(answer(5, ONE, OTHER));
    assertThat(changes).isEqualTo(2);
    assertThat(follower.found()).containsExactly(ONE, OTHER);
  }

  @Test
  void aLookUpThatFailsKeepsTheLastAnswerAndComesAgainSooner() {
    begin(answer(20, ONE));
    looksAgainAfter(Duration.ofSeconds(20));
    for (int seconds : List.of(1, 2, 4, 8, 16, 20, 20)) {
      say(SERVFAIL);
      assertThat(follower.found()).containsExactly(ONE);
      looksAgainAfter(Duration.ofSeconds(seconds));
    }
    say(answer(20, OTHER));
    assertThat(follower.found()).containsExactly(OTHER);
    looksAgainAfter(Duration.ofSeconds(20));
    say(SERVFAIL);
    looksAgainAfter(Duration.ofSeconds(1));
  }

  @Test
  void anAnswerThatThereIsNothingKeepsTheLastOneToo() {
    begin(answer(5, ONE));
    looksAgainAfter(Duration.ofSeconds(5));
    say(new Reply.None<>("no such name"));
    assertThat(follower.found()).containsExactly(ONE);
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void aLookUpThatNeverEndsHasFailedAfterTenSecondsAndEndsThen() {
    begin(answer(5, ONE));
    looksAgainAfter(Duration.ofSeconds(5));
    CompletableFuture<Reply<Found>> late = asked.getLast();
    int before = asked.size();
    loop.advance(NameFollower.DEADLINE.minusSeconds(1));
    assertThat(late).isNotDone();
    loop.advance(Duration.ofSeconds(2));
    assertThat(asked).hasSize(before + 1);
    assertThat(late).isCancelled();
    loop.run();
    assertThat(follower.found()).containsExactly(ONE);
  }

  @Test
  void aLookUpThatIsUnderWayEndsWithItsFollower() {
    follower.start();
    loop.run();
    follower.stop();
    loop.run();
    assertThat(asked.getLast()).isCancelled();
  }

  @Test
  void theFirstLookUpIsOverWhateverCameOfIt() {
    follower.start();
    loop.run();
    assertThat(follower.first()).isNotDone();
    say(SERVFAIL);
    assertThat(follower.first()).isCompleted();
    assertThat(follower.found()).isEmpty();
  }

  @Test
  void oneThatTakesOverGoesOnWithTheLastAnswer() {
    begin(answer(5, ONE));
    NameFollower next = follower(WHAT, follower);
    assertThat(next.first()).isCompleted();
    assertThat(next.found()).containsExactly(ONE);
  }

  @Test
  void oneThatWasStoppedLooksUpNothingMore() {
    begin(answer(5, ONE));
    follower.stop();
    int before = asked.size();
    loop.advance(Duration.ofHours(1));
    assertThat(asked).hasSize(before);
  }

  @Test
  void everyLookUpIsCountedByWhatCameOfIt() {
    begin(answer(1, ONE));
    looksAgainAfter(Duration.ofSeconds(1));
    say(SERVFAIL);
    looksAgainAfter(Duration.ofSeconds(1));
    say(new Reply.None<>("no such name"));
    looksAgainAfter(Duration.ofSeconds(2));
    say(new Reply.Failed<>("late", true));
    loop.advance(Duration.ofMillis(500));
    String page = telemetry.scrape(List.of());
    for (String result : List.of("ok", "failed", "empty", "timeout")) {
      assertThat(page)
          .contains(
              "atoll_discovery_lookups_total{result=\"" + result + "\",upstream=\"shop\"} 1.0");
    }
    assertThat(page)
        .containsPattern("atoll_discovery_answer_age_seconds\\{upstream=\"shop\"} 4\\.");
  }
}
