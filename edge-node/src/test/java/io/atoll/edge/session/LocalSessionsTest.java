package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalSessionsTest {
  private static final Use USE = new Use(1_800_000_000, 1_800_000_000, 3_600, 0, 0);
  private static final BackendAddress A = new BackendAddress("http", "10.0.0.1", 80);
  private static final BackendAddress B = new BackendAddress("http", "10.0.0.2", 80);

  private final AtomicLong nanos = new AtomicLong();
  private final InProcessSessionTable table =
      new InProcessSessionTable(10, SessionTableContract.HASH, nanos::get);
  private final TableBetween way = new TableBetween(table);
  private final LocalSessions copies = new LocalSessions(way, 10, 10, nanos::get);
  private final SessionKey key = new SessionKey("shop", "session");

  @Test
  void aCopyFollowsAMoveAndLivesNoLongerForIt() {
    answer(copies.bind(key, A, USE));
    pass(LocalSessions.LONGEST.minusSeconds(1));
    answer(table.move(key, 1, B, USE));
    assertThat(home()).isEqualTo(B);
    pass(Duration.ofSeconds(1));
    assertThat(copies.known(key)).isNull();
  }

  @Test
  void aCopyLivesAnewWhenTheTableWasAsked() {
    answer(copies.bind(key, A, USE));
    pass(LocalSessions.LONGEST.minusSeconds(1));
    answer(copies.find(key, USE));
    pass(LocalSessions.LONGEST.minusSeconds(1));
    assertThat(home()).isEqualTo(A);
  }

  @Test
  void anAnswerFromBeforeAChangeThatWasHeardMeanwhileDoesNotHideIt() {
    answer(table.bind(key, A, USE));
    way.answers = new CompletableFuture<>();
    CompletionStage<?> asked = copies.find(key, USE);
    answer(table.end(key, USE));
    assertThat(copies.known(key)).as("known by what was not asked for").isNull();
    way.answers.complete(null);
    answer(asked);
    assertThat(copies.known(key)).isNotNull().returns(true, Binding::ended);
  }

  @Test
  void anAnswerFromBeforeAnEndByThisNodeDoesNotHideIt() {
    answer(copies.bind(key, A, USE));
    way.deaf = true;
    CompletableFuture<Void> late = new CompletableFuture<>();
    way.answers = late;
    CompletionStage<?> asked = copies.find(key, USE);
    way.answers = CompletableFuture.completedFuture(null);
    assertThat(answer(copies.end(key, USE))).isTrue();
    late.complete(null);
    answer(asked);
    assertThat(copies.known(key)).isNotNull().returns(true, Binding::ended);
  }

  @Test
  void aCopyOfWhatTheTableDoesNotKnowGoesWithItsEnd() {
    copies.keep(key, Binding.first(A, USE), USE);
    assertThat(answer(copies.end(key, USE))).isFalse();
    assertThat(copies.known(key)).isNull();
  }

  private BackendAddress home() {
    return Objects.requireNonNull(copies.known(key)).backend();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static <T> T answer(CompletionStage<T> call) {
    return call.toCompletableFuture().join();
  }
}
