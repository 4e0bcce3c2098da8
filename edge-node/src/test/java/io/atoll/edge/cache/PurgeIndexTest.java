package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PurgeIndexTest {
  private static final String URL = "https://shop.example/a/b?c=1";

  private final AtomicLong nanos = new AtomicLong();
  private final PurgeIndex index = new PurgeIndex(3, nanos::get, _ -> {});

  @ParameterizedTest
  @CsvSource({
    "URL, https://shop.example/a/b?c=1, PURGED",
    "URL, https://shop.example/a/b, CURRENT",
    "URL, http://shop.example/a/b?c=1, CURRENT",
    "KEY, red, PURGED",
    "KEY, blue, CURRENT",
    "HOST, shop.example, PURGED",
    "HOST, www.shop.example, CURRENT",
    "PREFIX, shop.example, PURGED",
    "PREFIX, shop.example/a, PURGED",
    "PREFIX, shop.example/a/b, PURGED",
    "PREFIX, shop.example/a/b/c, CURRENT",
    "PREFIX, shop.example/a/, CURRENT",
    "PREFIX, shop.example/aa, CURRENT"
  })
  void whatAPurgeNames(PurgeTarget.Kind kind, String value, Standing standing) {
    StoredResponse stored = Stored.response(URL, index.mark(), "", "red", "green");
    index.apply(1, new PurgeTarget(kind, value), false);
    assertThat(stored.standing(index)).isEqualTo(standing);
  }

  @Test
  void aResponseFetchedAfterThePurgeIsCurrent() {
    index.apply(1, PurgeTarget.url(URL), false);
    assertThat(Stored.response(URL, index.mark(), "").standing(index)).isEqualTo(Standing.CURRENT);
  }

  @Test
  void aResponseFetchedBeforeAndStoredAfterThePurgeIsBornStale() {
    Mark before = index.mark();
    index.apply(1, PurgeTarget.url(URL), false);
    assertThat(Stored.response(URL, before, "").standing(index)).isEqualTo(Standing.PURGED);
  }

  @Test
  void aSoftPurgeAsksForValidationAndAHardOneWins() {
    StoredResponse stored = Stored.response(URL, index.mark(), "", "red");
    index.apply(1, PurgeTarget.key("red"), true);
    assertThat(stored.standing(index)).isEqualTo(Standing.SOFT);
    index.apply(2, PurgeTarget.url(URL), false);
    assertThat(stored.standing(index)).isEqualTo(Standing.PURGED);
  }

  @Test
  void aSoftPurgeDoesNotUndoAHardOne() {
    StoredResponse stored = Stored.response(URL, index.mark(), "");
    index.apply(1, PurgeTarget.url(URL), false);
    index.apply(2, PurgeTarget.url(URL), true);
    assertThat(stored.standing(index)).isEqualTo(Standing.PURGED);
  }

  @Test
  void whenItIsFullTheOldestIsFoldedIntoTheFloor() {
    StoredResponse unnamed = Stored.response(URL, index.mark(), "");
    for (int number = 1; number <= 3; number++) {
      index.apply(number, PurgeTarget.key("key" + number), false);
    }
    assertThat(unnamed.standing(index)).isEqualTo(Standing.CURRENT);
    index.apply(4, PurgeTarget.key("key4"), false);
    assertThat(index.size()).isEqualTo(3);
    assertThat(unnamed.standing(index)).isEqualTo(Standing.PURGED);
    assertThat(Stored.response(URL, index.mark(), "").standing(index)).isEqualTo(Standing.CURRENT);
  }

  @Test
  void purgesOfOneTargetAreRememberedAsOne() {
    StoredResponse unnamed = Stored.response(URL, index.mark(), "");
    StoredResponse named = Stored.response(URL, index.mark(), "", "key");
    index.apply(1, PurgeTarget.key("key"), false);
    for (int number = 2; number <= 100; number++) {
      index.apply(number, PurgeTarget.key("key"), true);
    }
    assertThat(index.size()).isEqualTo(1);
    assertThat(unnamed.standing(index)).isEqualTo(Standing.CURRENT);
    assertThat(named.standing(index)).isEqualTo(Standing.PURGED);
  }

  @Test
  void aPurgeIsForgottenWhenNothingFromBeforeItCanLive() {
    index.apply(1, PurgeTarget.key("old"), false);
    nanos.addAndGet(Duration.ofHours(26).toNanos());
    index.apply(2, PurgeTarget.key("new"), false);
    assertThat(index.size()).isEqualTo(1);
  }

  @Test
  void whatWasStoredByAnotherLogCountsAsPurged() {
    index.begin(7, 0);
    StoredResponse stored = Stored.response(URL, new Mark(7, 5, index.mark().era()), "");
    assertThat(stored.standing(index)).isEqualTo(Standing.CURRENT);
    index.begin(8, 0);
    assertThat(stored.standing(index)).isEqualTo(Standing.PURGED);
  }

  @Test
  void whatWasHeldBeforeANewEraCountsAsPurgedThoughTheLineageIsTheSame() {
    index.begin(7, 0);
    StoredResponse stored = Stored.response(URL, index.mark(), "");
    index.begin(7, 0);
    assertThat(stored.standing(index)).isEqualTo(Standing.PURGED);
  }

  @Test
  void namesThatNoPurgeCanHaveAreNamedByNone() {
    String url = URL + "x".repeat(PurgeTarget.LONGEST);
    StoredResponse stored = Stored.response(url, index.mark(), "", "y".repeat(10_000), " ");
    index.apply(1, PurgeTarget.url(URL), false);
    index.apply(2, PurgeTarget.key("red"), false);
    index.apply(3, PurgeTarget.prefix("shop.example/c"), false);
    assertThat(stored.standing(index)).isEqualTo(Standing.CURRENT);
  }

  @Test
  void aPurgeReadTwiceChangesNothing() {
    index.apply(1, PurgeTarget.url(URL), false);
    long stamp = index.stamp();
    index.apply(1, PurgeTarget.url(URL), false);
    assertThat(index.stamp()).isEqualTo(stamp);
  }
}
