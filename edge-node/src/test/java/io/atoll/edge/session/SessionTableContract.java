package io.atoll.edge.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.BackendAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every session table promises, seen from two nodes that share it. */
public abstract class SessionTableContract {
  /** Names sessions, as every node of a cluster does. */
  public static final KeyedHash HASH =
      new KeyedHash("0123456789abcdef0123456789abcdef".getBytes(US_ASCII));

  protected static final long BEGAN = 1_800_000_000;
  protected static final Use USE = new Use(BEGAN, BEGAN, 600, 0, 0);
  protected static final Use LATER = new Use(BEGAN + 60, BEGAN + 60, 600, 0, 0);
  protected static final BackendAddress A = new BackendAddress("http", "10.0.0.1", 80);
  protected static final BackendAddress B = new BackendAddress("http", "10.0.0.2", 80);
  protected static final BackendAddress C = new BackendAddress("http", "10.0.0.3", 80);

  protected final SessionKey key = new SessionKey("shop", UUID.randomUUID().toString());

  /** One node's view. */
  protected abstract SessionTable one();

  /** Another node's view of the same table; the same where there is one node. */
  protected abstract SessionTable other();

  @Test
  void aSessionThatNobodyBoundIsNotKnown() {
    assertThat(answer(one().find(key, USE))).isEmpty();
  }

  @Test
  void aBoundSessionIsFoundByTheOtherNode() {
    answer(one().bind(key, A, USE));
    assertThat(answer(other().find(key, USE))).contains(bound(A, 1));
  }

  @Test
  void ofTwoWhoBindTheFirstWinsAndBothLearnIt() {
    assertThat(answer(one().bind(key, A, USE))).isEqualTo(bound(A, 1));
    assertThat(answer(other().bind(key, B, USE))).isEqualTo(bound(A, 1));
  }

  @Test
  void nodesThatBindAtOnceAgree() {
    List<CompletionStage<Binding>> calls =
        IntStream.range(0, 40)
            .mapToObj(i -> (i % 2 == 0 ? one() : other()).bind(key, i % 2 == 0 ? A : B, USE))
            .toList();
    assertThat(calls.stream().map(SessionTableContract::answer).distinct()).hasSize(1);
  }

  @Test
  void aMoveIsSeenByAll() {
    answer(one().bind(key, A, USE));
    assertThat(answer(other().move(key, 1, B, USE))).isEqualTo(bound(B, 2));
    assertThat(answer(one().find(key, USE))).contains(bound(B, 2));
  }

  @Test
  void aMoveOfAnOldVersionChangesNothingAndLearnsWhatIsInForce() {
    answer(one().bind(key, A, USE));
    answer(one().move(key, 1, B, USE));
    assertThat(answer(other().move(key, 1, C, USE))).isEqualTo(bound(B, 2));
  }

  @Test
  void aMoveOfASessionThatIsNotKnownBindsItAsNewerThanWhatWasSeen() {
    assertThat(answer(one().move(key, 4, B, USE))).isEqualTo(bound(B, 5));
  }

  @Test
  void aSessionKeepsItsBeginningWhereverItMoves() {
    answer(one().bind(key, A, USE));
    answer(other().find(key, LATER));
    assertThat(answer(one().move(key, 1, B, LATER)))
        .isEqualTo(new Binding(B, 2, BEGAN, LATER.at(), false, 0));
  }

  @Test
  void anEndedSessionIsRememberedAndNoUseRevivesIt() {
    answer(one().bind(key, A, USE));
    assertThat(answer(other().end(key, USE))).isTrue();
    assertThat(answer(other().end(key, USE))).isFalse();
    Binding ended = new Binding(A, 2, BEGAN, BEGAN, true, 0);
    assertThat(answer(one().find(key, LATER))).contains(ended);
    assertThat(answer(one().bind(key, B, LATER))).isEqualTo(ended);
    assertThat(answer(one().move(key, 1, B, LATER))).isEqualTo(ended);
  }

  @Test
  void whoSawTheEndMayBeginAnew() {
    answer(one().bind(key, A, USE));
    answer(one().end(key, USE));
    assertThat(answer(other().move(key, 2, B, LATER)))
        .isEqualTo(new Binding(B, 3, LATER.at(), LATER.at(), false, 0));
    assertThat(answer(one().move(key, 2, C, LATER)).backend()).isEqualTo(B);
  }

  @Test
  void aSessionThatNobodyBoundIsNotEnded() {
    assertThat(answer(one().end(key, USE))).isFalse();
    assertThat(answer(one().find(key, USE))).isEmpty();
  }

  @Test
  void aNodeHearsOfTheEndOfASessionItAskedFor() {
    Map<SessionKey, Binding> heard = new ConcurrentHashMap<>();
    other().onChanged(heard::put);
    answer(other().bind(key, A, USE));
    answer(one().end(key, USE));
    await()
        .untilAsserted(
            () -> assertThat(heard).containsEntry(key, new Binding(A, 2, BEGAN, BEGAN, true, 0)));
  }

  @Test
  void upstreamsKeepTheirSessionsApart() {
    answer(one().bind(key, A, USE));
    assertThat(answer(one().find(new SessionKey("other", key.id()), USE))).isEmpty();
  }

  @Test
  void aNodeHearsOfMovesOfSessionsItAskedFor() {
    Map<SessionKey, Binding> heard = new ConcurrentHashMap<>();
    other().onChanged(heard::put);
    answer(one().bind(key, A, USE));
    answer(other().find(key, USE));
    answer(one().move(key, 1, B, USE));
    await().untilAsserted(() -> assertThat(heard).containsEntry(key, bound(B, 2)));
  }

  /** A binding of a session that began with the first use and was used then only. */
  protected static Binding bound(BackendAddress backend, long version) {
    return new Binding(backend, version, BEGAN, BEGAN, false, 0);
  }

  /** The answer, waited for. */
  protected static <T> T answer(CompletionStage<T> call) {
    return call.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
