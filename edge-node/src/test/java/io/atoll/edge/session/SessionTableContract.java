package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.BackendAddress;
import java.time.Duration;
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
  protected static final Duration TTL = Duration.ofMinutes(10);
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
    assertThat(answer(one().find(key, TTL))).isEmpty();
  }

  @Test
  void aBoundSessionIsFoundByTheOtherNode() {
    answer(one().bind(key, A, TTL));
    assertThat(answer(other().find(key, TTL))).contains(new Binding(A, 1));
  }

  @Test
  void ofTwoWhoBindTheFirstWinsAndBothLearnIt() {
    assertThat(answer(one().bind(key, A, TTL))).isEqualTo(new Binding(A, 1));
    assertThat(answer(other().bind(key, B, TTL))).isEqualTo(new Binding(A, 1));
  }

  @Test
  void nodesThatBindAtOnceAgree() {
    List<CompletionStage<Binding>> calls =
        IntStream.range(0, 40)
            .mapToObj(i -> (i % 2 == 0 ? one() : other()).bind(key, i % 2 == 0 ? A : B, TTL))
            .toList();
    assertThat(calls.stream().map(SessionTableContract::answer).distinct()).hasSize(1);
  }

  @Test
  void aMoveIsSeenByAll() {
    answer(one().bind(key, A, TTL));
    assertThat(answer(other().move(key, 1, B, TTL))).isEqualTo(new Binding(B, 2));
    assertThat(answer(one().find(key, TTL))).contains(new Binding(B, 2));
  }

  @Test
  void aMoveOfAnOldVersionChangesNothingAndLearnsWhatIsInForce() {
    answer(one().bind(key, A, TTL));
    answer(one().move(key, 1, B, TTL));
    assertThat(answer(other().move(key, 1, C, TTL))).isEqualTo(new Binding(B, 2));
  }

  @Test
  void aMoveOfASessionThatIsNotKnownBindsItAsNewerThanWhatWasSeen() {
    assertThat(answer(one().move(key, 4, B, TTL))).isEqualTo(new Binding(B, 5));
  }

  @Test
  void upstreamsKeepTheirSessionsApart() {
    answer(one().bind(key, A, TTL));
    assertThat(answer(one().find(new SessionKey("other", key.id()), TTL))).isEmpty();
  }

  @Test
  void aNodeHearsOfMovesOfSessionsItAskedFor() {
    Map<SessionKey, Binding> heard = new ConcurrentHashMap<>();
    other().onMoved(heard::put);
    answer(one().bind(key, A, TTL));
    answer(other().find(key, TTL));
    answer(one().move(key, 1, B, TTL));
    await().untilAsserted(() -> assertThat(heard).containsEntry(key, new Binding(B, 2)));
  }

  /** The answer, waited for. */
  protected static <T> T answer(CompletionStage<T> call) {
    return call.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
