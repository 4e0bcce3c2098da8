package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link PurgeLog} promises. */
public abstract class PurgeLogContract {
  private final String url = "https://h/" + UUID.randomUUID();

  /** The log as one node sees it. */
  protected abstract PurgeLog one();

  /** The same log as another node sees it. */
  protected abstract PurgeLog other();

  @BeforeEach
  void bothHaveReadIt() {
    await().atMost(Duration.ofSeconds(20)).until(() -> one().ready() && other().ready());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> one().index().mark().number() == other().index().mark().number());
  }

  @Test
  void aPurgeIsAppliedOnEveryNodeWhenItReturns() {
    StoredResponse here = Stored.response(url, one().index().mark(), "");
    StoredResponse there = Stored.response(url, other().index().mark(), "");
    PurgeReceipt receipt = purge(one(), List.of(PurgeTarget.url(url)), false);
    assertThat(receipt.missing()).isEmpty();
    assertThat(receipt.confirmed()).isNotEmpty();
    assertThat(here.standing(one().index())).isEqualTo(Standing.PURGED);
    assertThat(there.standing(other().index())).isEqualTo(Standing.PURGED);
  }

  @Test
  void whatIsFetchedAfterwardsIsCurrent() {
    purge(one(), List.of(PurgeTarget.url(url)), false);
    assertThat(Stored.response(url, other().index().mark(), "").standing(other().index()))
        .isEqualTo(Standing.CURRENT);
  }

  @Test
  void aSoftPurgeAsksForValidation() {
    StoredResponse there = Stored.response(url, other().index().mark(), "", "red");
    purge(one(), List.of(PurgeTarget.key("red")), true);
    assertThat(there.standing(other().index())).isEqualTo(Standing.SOFT);
  }

  @Test
  void numbersGrow() {
    long before = purge(one(), List.of(PurgeTarget.url(url)), false).number();
    long after =
        purge(other(), List.of(PurgeTarget.url(url), PurgeTarget.host("h2")), false).number();
    assertThat(after).isEqualTo(before + 2);
  }

  @Test
  void thousandsCanBeNamedAtOnce() {
    List<PurgeTarget> targets =
        IntStream.range(0, 2500).mapToObj(i -> PurgeTarget.key(url + i)).toList();
    StoredResponse there = Stored.response(url, other().index().mark(), "", url + 2499);
    long before = one().index().mark().number();
    assertThat(purge(one(), targets, false).number()).isEqualTo(before + 2500);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> there.standing(other().index()) == Standing.PURGED);
  }

  @Test
  void aPurgeOfNothingIsDone() {
    assertThat(purge(one(), List.of(), false).missing()).isEmpty();
  }

  protected static PurgeReceipt purge(PurgeLog log, List<PurgeTarget> targets, boolean soft) {
    return log.purge(targets, soft).toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
