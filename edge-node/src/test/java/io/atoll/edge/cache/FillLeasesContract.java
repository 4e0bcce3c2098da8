package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link FillLeases} promises. */
public abstract class FillLeasesContract {
  private final String key = "https://h/" + UUID.randomUUID();

  /** Leases as one node sees them. */
  protected abstract FillLeases one();

  /** The same leases as another node sees them. */
  protected abstract FillLeases other();

  @Test
  void oneOfAllWhoAskMayFetch() {
    List<CompletableFuture<FillLeases.Answer>> asked = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      asked.add((i % 2 == 0 ? one() : other()).acquire(key, false).toCompletableFuture());
    }
    List<FillLeases.Answer> answers = asked.stream().map(FillLeasesContract::answer).toList();
    assertThat(answers).filteredOn(FillLeases.Answer.Granted.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn(FillLeases.Answer.Held.class::isInstance).hasSize(49);
  }

  @Test
  void whoAsksAfterItWasStoredIsSentToTheStore() {
    release(one(), FillLeases.End.STORED);
    assertThat(askAfterRelease(other(), false)).isInstanceOf(FillLeases.Answer.Stored.class);
  }

  @Test
  void whoDidNotFindItThereMayFetchAnyway() {
    release(one(), FillLeases.End.STORED);
    assertThat(askAfterRelease(other(), true)).isInstanceOf(FillLeases.Answer.Granted.class);
    assertThat(ask(one(), true)).isInstanceOf(FillLeases.Answer.Held.class);
  }

  @Test
  void whatCanNotBeStoredIsNotWaitedFor() {
    release(one(), FillLeases.End.PASS);
    assertThat(askAfterRelease(other(), false)).isInstanceOf(FillLeases.Answer.Pass.class);
    assertThat(ask(one(), true)).isInstanceOf(FillLeases.Answer.Pass.class);
  }

  @Test
  void afterAFailureTheNextMayFetch() {
    release(one(), FillLeases.End.FAILED);
    assertThat(askAfterRelease(other(), false)).isInstanceOf(FillLeases.Answer.Granted.class);
  }

  @Test
  void aLeaseThatIsNotOnesOwnCanNotBeReleased() {
    assertThat(ask(one(), false)).isInstanceOf(FillLeases.Answer.Granted.class);
    other().release(key, 4711, FillLeases.End.FAILED);
    assertThat(ask(other(), false)).isInstanceOf(FillLeases.Answer.Held.class);
  }

  private void release(FillLeases leases, FillLeases.End end) {
    if (ask(leases, false) instanceof FillLeases.Answer.Granted(long token)) {
      leases.release(key, token, end);
    } else {
      throw new AssertionError("not granted");
    }
  }

  /** A release is not waited for: another node may ask before it is there. */
  private FillLeases.Answer askAfterRelease(FillLeases leases, boolean anyway) {
    return await()
        .until(() -> ask(leases, anyway), answer -> !(answer instanceof FillLeases.Answer.Held));
  }

  private FillLeases.Answer ask(FillLeases leases, boolean anyway) {
    return answer(leases.acquire(key, anyway).toCompletableFuture());
  }

  private static FillLeases.Answer answer(CompletableFuture<FillLeases.Answer> asked) {
    return asked.orTimeout(10, TimeUnit.SECONDS).join();
  }
}
