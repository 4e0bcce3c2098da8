package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link SharedCache} promises. */
public abstract class SharedCacheContract {
  private static final Mark MARK = new Mark(3, 7, 0);

  private final String key = "https://h/" + UUID.randomUUID();

  /** The cache as one node sees it. */
  protected abstract SharedCache one();

  /** The same cache as another node sees it. */
  protected abstract SharedCache other();

  /** The era that node is in. */
  protected abstract int eraOfOther();

  @Test
  void whatWasNotStoredIsNotFound() {
    assertThat(find("de")).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 << 10, (16 << 10) + 1, 64 << 10, 200_000, 3 << 20})
  void anotherNodeFindsWhatWasStored(int length) {
    byte[] body = new byte[length];
    for (int i = 0; i < length; i++) {
      body[i] = (byte) (i * 31 + i / 251);
    }
    StoredResponse stored = Stored.response(key, MARK, body, Vary.NOTHING, "red", "green");
    done(one().store(key, stored));
    StoredResponse found = find("de");
    assertThat(found).isNotNull();
    assertThat(found.body()).isEqualTo(body);
    assertThat(found.head())
        .usingRecursiveComparison()
        .isEqualTo(stored.head().with(new Mark(3, 7, eraOfOther())));
  }

  @Test
  void variantsStandBesideEachOther() {
    done(one().store(key, response("german", "de", MARK)));
    done(other().store(key, response("english", "en", MARK)));
    assertThat(text(find("de"))).isEqualTo("german");
    assertThat(text(find("en"))).isEqualTo("english");
    assertThat(find("fr")).isNull();
  }

  @Test
  void variantsStoredAtOnceDoNotOverwriteEachOther() {
    CompletionStage<?>[] stores = new CompletionStage<?>[16];
    for (int i = 0; i < stores.length; i++) {
      stores[i] = (i % 2 == 0 ? one() : other()).store(key, response("v" + i, "l" + i, MARK));
    }
    for (CompletionStage<?> store : stores) {
      done(store);
    }
    for (int i = 0; i < stores.length; i++) {
      assertThat(text(find("l" + i))).isEqualTo("v" + i);
    }
  }

  @Test
  void aKeyHoldsSixteenVariantsAtMost() {
    for (int i = 0; i < 18; i++) {
      done(one().store(key, response("v" + i, "l" + i, MARK)));
    }
    assertThat(find("l1")).isNull();
    assertThat(text(find("l2"))).isEqualTo("v2");
    assertThat(text(find("l17"))).isEqualTo("v17");
  }

  @Test
  void aLaterResponseReplacesTheEarlier() {
    done(one().store(key, response("one", "de", MARK)));
    done(other().store(key, response("two", "de", MARK)));
    assertThat(text(find("de"))).isEqualTo("two");
  }

  @Test
  void aResponseFromBeforeAPurgeDoesNotReplaceOneFromAfterIt() {
    done(one().store(key, response("after", "de", new Mark(3, 8, 0))));
    done(other().store(key, response("before", "de", new Mark(3, 7, 0))));
    assertThat(text(find("de"))).isEqualTo("after");
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 100_000})
  void aRevalidationReplacesTheHeadAndKeepsTheBody(int length) {
    StoredResponse stored = Stored.response(key, MARK, new byte[length], Vary.NOTHING);
    done(one().store(key, stored));
    Mark later = new Mark(3, 9, 0);
    done(one().refresh(key, new StoredResponse(stored.head().with(later), stored.body())));
    StoredResponse found = find("de");
    assertThat(found).isNotNull();
    assertThat(found.head().mark().number()).isEqualTo(9);
    assertThat(found.body()).hasSize(length);
  }

  @Test
  void whatWasRemovedIsGone() {
    done(one().store(key, response("x", "de", MARK)));
    assertThat(done(other().remove(key))).isTrue();
    assertThat(find("de")).isNull();
    assertThat(done(other().remove(key))).isFalse();
  }

  private StoredResponse response(String body, String language, Mark mark) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return Stored.response(key, mark, bytes, Stored.language(language));
  }

  private @Nullable StoredResponse find(String language) {
    MultiMap request = HttpHeaders.headers().set("Accept-Language", language);
    return done(other().find(key, head -> head.matches(request)));
  }

  private static String text(@Nullable StoredResponse response) {
    assertThat(response).isNotNull();
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
