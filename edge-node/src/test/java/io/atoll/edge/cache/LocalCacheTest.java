package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalCacheTest {
  private static final Mark MARK = new Mark(0, 0, 0);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger evicted = new AtomicInteger();
  private final LocalCache cache =
      new LocalCache(
          100_000, InstantSource.system(), nanos::get, Runnable::run, evicted::incrementAndGet);

  @Test
  void variantsOfAKeyStandBesideEachOther() {
    cache.store("k", Stored.response("https://h/", MARK, bytes("de"), Stored.language("de")));
    cache.store("k", Stored.response("https://h/", MARK, bytes("en"), Stored.language("en")));
    assertThat(body("de")).isEqualTo("de");
    assertThat(body("en")).isEqualTo("en");
  }

  @Test
  void aKeyHoldsSixteenVariantsAtMost() {
    for (int i = 0; i < 20; i++) {
      cache.store("k", Stored.response("https://h/", MARK, new byte[1], Stored.language("l" + i)));
    }
    StoredResource resource = cache.find("k");
    assertThat(resource).isNotNull();
    assertThat(resource.variants()).hasSize(16);
    assertThat(resource.choose(HttpHeaders.headers().set("Accept-Language", "l3"))).isNull();
    assertThat(resource.choose(HttpHeaders.headers().set("Accept-Language", "l19"))).isNotNull();
  }

  @Test
  void aResponseFromBeforeAPurgeDoesNotReplaceOneFromAfterIt() {
    cache.store("k", Stored.response("https://h/", new Mark(0, 6, 0), "new"));
    cache.store("k", Stored.response("https://h/", new Mark(0, 5, 0), "old"));
    assertThat(body("x")).isEqualTo("new");
  }

  @Test
  void itHoldsAsManyBytesAsItMay() {
    for (int i = 0; i < 100; i++) {
      cache.store("k" + i, Stored.response("https://h/" + i, MARK, "x".repeat(5000)));
    }
    assertThat(cache.weight()).isBetween(50_000L, 100_000L);
    assertThat(evicted.get()).isGreaterThan(70);
  }

  @Test
  void whatAVariantVariesOnIsWeighed() {
    Vary vary = Stored.language("x".repeat(10_000));
    cache.store("k", Stored.response("https://h/", MARK, new byte[1], vary));
    assertThat(cache.weight()).isBetween(10_000L, 12_000L);
  }

  @Test
  void whatIsNoUseAnyMoreGoes() {
    cache.store("k", Stored.response("https://h/", MARK, "x"));
    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    assertThat(cache.find("k")).isNull();
  }

  private String body(String language) {
    StoredResource resource = cache.find("k");
    StoredResponse found =
        resource == null
            ? null
            : resource.choose(HttpHeaders.headers().set("Accept-Language", language));
    return found == null ? "" : new String(found.body(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
