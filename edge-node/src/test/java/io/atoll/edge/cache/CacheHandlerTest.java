package io.atoll.edge.cache;

import static io.atoll.edge.cache.CacheNode.CACHING;
import static io.atoll.edge.cache.CacheNode.status;
import static io.atoll.edge.cache.ScriptedOrigin.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.DataSize;
import io.atoll.config.RouteConfig;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Outcome;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CacheHandlerTest {
  private static final String FRESH = "Cache-Control: max-age=60; ETag: \"1\"";

  private final ScriptedOrigin origin = new ScriptedOrigin();
  private final CacheNode node = CacheNode.start(CACHING, origin);

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void aSecondRequestIsAnsweredFromTheStore() {
    origin.answers(_ -> answer(200, FRESH + "; Surrogate-Key: red; X-A: b", "hello"));
    HttpResponse<String> first = node.get("/a");
    node.pass(Duration.ofSeconds(10));
    HttpResponse<String> second = node.get("/a");
    assertThat(origin.asked()).hasSize(1);
    assertThat(status(first)).isEqualTo("atoll; fwd=uri-miss; fwd-status=200; stored");
    assertThat(status(second)).matches("atoll; hit; ttl=(49|50)");
    assertThat(second.body()).isEqualTo("hello");
    assertThat(second.headers().firstValue("Age"))
        .hasValueSatisfying(age -> assertThat(age).isIn("10", "11"));
    assertThat(second.headers().firstValue("X-A")).hasValue("b");
    assertThat(first.headers().firstValue("Surrogate-Key")).isEmpty();
    assertThat(second.headers().firstValue("Surrogate-Key")).isEmpty();
    assertThat(node.metric("atoll_cache_requests_total{result=\"hit_l1\",route=\"route\"}"))
        .isEqualTo(1);
  }

  @Test
  void whatMayNotBeStoredIsFetchedEachTimeAndSaysWhy() {
    origin.answers(_ -> answer(200, "Cache-Control: private, max-age=60", "x"));
    assertThat(status(node.get("/a")))
        .isEqualTo("atoll; fwd=uri-miss; fwd-status=200; detail=private");
    node.get("/a");
    assertThat(origin.asked()).hasSize(2);
  }

  @Test
  void somethingStaleIsValidatedAndItsHeadRenewed() {
    origin.answers(
        asked ->
            asked.fields().contains("If-None-Match", "\"1\"", false)
                ? answer(304, FRESH + "; X-Version: 2", "")
                : answer(200, FRESH + "; X-Version: 1", "hello"));
    node.get("/a");
    node.pass(Duration.ofSeconds(61));
    HttpResponse<String> validated = node.get("/a");
    assertThat(status(validated)).isEqualTo("atoll; fwd=stale; fwd-status=304");
    assertThat(validated.statusCode()).isEqualTo(200);
    assertThat(validated.body()).isEqualTo("hello");
    assertThat(validated.headers().firstValue("X-Version")).hasValue("2");
    assertThat(status(node.get("/a"))).startsWith("atoll; hit");
    assertThat(origin.asked()).hasSize(2);
  }

  @Test
  void somethingStaleThatChangedIsReplaced() {
    origin.answers(_ -> answer(200, FRESH, "one"));
    node.get("/a");
    origin.answers(_ -> answer(200, "Cache-Control: max-age=60; ETag: \"2\"", "two"));
    node.pass(Duration.ofSeconds(61));
    assertThat(status(node.get("/a"))).isEqualTo("atoll; fwd=stale; fwd-status=200; stored");
    assertThat(node.get("/a").body()).isEqualTo("two");
  }

  @Test
  void aConfirmationOfSomethingElseIsNoneAndTheWholeIsFetched() {
    origin.answers(_ -> answer(200, FRESH, "one"));
    node.get("/a");
    node.pass(Duration.ofSeconds(61));
    String other = "Cache-Control: max-age=60; ETag: \"2\"";
    origin.answers(
        asked ->
            asked.fields().contains("If-None-Match")
                ? answer(304, other, "")
                : answer(200, other, "two"));
    HttpResponse<String> after = node.get("/a");
    assertThat(after.body()).isEqualTo("two");
    assertThat(status(after)).isEqualTo("atoll; fwd=stale; fwd-status=200; stored");
    assertThat(origin.asked()).hasSize(3);
    HttpResponse<String> hit = node.get("/a");
    assertThat(hit.body()).isEqualTo("two");
    assertThat(status(hit)).startsWith("atoll; hit");
  }

  @Test
  void whatIsConfirmedWithoutADateIsFreshFromThen() {
    String date = HttpDate.format(System.currentTimeMillis());
    origin.answers(
        asked ->
            asked.fields().contains("If-None-Match")
                ? answer(304, "ETag: \"1\"", "")
                : answer(200, FRESH + "; Date: " + date, "x"));
    node.get("/a");
    node.pass(Duration.ofSeconds(90));
    assertThat(status(node.get("/a"))).isEqualTo("atoll; fwd=stale; fwd-status=304");
    HttpResponse<String> hit = node.get("/a");
    assertThat(status(hit)).startsWith("atoll; hit; ttl=");
    assertThat(HttpDate.parse(hit.headers().firstValue("Date").orElse("")))
        .isGreaterThan(HttpDate.parse(date));
  }

  @Test
  void whatOneClientAsksDoesNotKeepOthersFromWaitingForEachOther() {
    origin.answers(
        asked ->
            asked.fields().contains("Authorization")
                ? answer(200, "Cache-Control: private", "mine")
                : answer(200, FRESH, "hello"));
    node.get("/a", "Cache-Control: no-store");
    node.get("/a", "Authorization: Basic eA==");
    assertThat(node.cache().fills().remembered("http://shop.example/a")).isFalse();
  }

  @Test
  void aNodeThatIsBusyDoesNotTakeAnObjectForTooLarge() {
    Fills fills = node.cache().fills();
    origin.answers(_ -> answer(200, FRESH + "; Transfer-Encoding: chunked", "x".repeat(100_000)));
    long all = 4 << 20;
    assertThat(fills.reserve(all)).isTrue();
    assertThat(node.get("/a").body()).hasSize(100_000);
    fills.release(all);
    assertThat(fills.remembered("http://shop.example/a")).isFalse();
    assertThat(node.metric("atoll_cache_bypass_total{reason=\"busy\",route=\"route\"}"))
        .isEqualTo(1);
    node.get("/a");
    await().until(() -> status(node.get("/a")).startsWith("atoll; hit"));
  }

  @Test
  void aClientsConditionIsJudgedHere() {
    origin.answers(_ -> answer(200, FRESH, "hello"));
    HttpResponse<String> missed = node.get("/a", "If-None-Match: \"1\"");
    HttpResponse<String> hit = node.get("/a", "If-None-Match: W/\"1\"");
    assertThat(origin.asked().getFirst().fields().contains("If-None-Match")).isFalse();
    assertThat(missed.statusCode()).isEqualTo(304);
    assertThat(hit.statusCode()).isEqualTo(304);
    assertThat(hit.headers().firstValue("ETag")).hasValue("\"1\"");
    assertThat(hit.body()).isEmpty();
    assertThat(node.get("/a", "If-None-Match: \"2\"").body()).isEqualTo("hello");
    assertThat(origin.asked()).hasSize(1);
  }

  @Test
  void headIsAnsweredFromWhatAGetStoredAndFillsTheStoreItself() {
    origin.answers(_ -> answer(200, FRESH, "hello"));
    HttpResponse<String> head = node.send("HEAD", "/a").join();
    assertThat(origin.asked().getFirst().method()).isEqualTo("GET");
    assertThat(head.headers().firstValue("Content-Length")).hasValue("5");
    assertThat(head.body()).isEmpty();
    assertThat(node.get("/a").body()).isEqualTo("hello");
    HttpResponse<String> again = node.send("HEAD", "/a").join();
    assertThat(status(again)).startsWith("atoll; hit");
    assertThat(again.headers().firstValue("Content-Length")).hasValue("5");
    assertThat(origin.asked()).hasSize(1);
  }

  @Test
  void variantsAreToldApart() {
    origin.answers(
        asked ->
            answer(
                200,
                FRESH + "; Vary: Accept-Language",
                "in " + asked.fields().get("Accept-Language")));
    assertThat(node.get("/a", "Accept-Language: de").body()).isEqualTo("in de");
    HttpResponse<String> other = node.get("/a", "Accept-Language: en");
    assertThat(other.body()).isEqualTo("in en");
    assertThat(status(other)).startsWith("atoll; fwd=vary-miss");
    assertThat(node.get("/a", "Accept-Language: de").body()).isEqualTo("in de");
    assertThat(origin.asked()).hasSize(2);
  }

  @Test
  void rangesAndUnsafeMethodsAreForwarded() {
    origin.answers(_ -> answer(200, FRESH, "hello"));
    assertThat(status(node.get("/a", "Range: bytes=0-1")))
        .isEqualTo("atoll; fwd=bypass; detail=range");
    assertThat(status(node.send("POST", "/a").join())).isEqualTo("atoll; fwd=method");
    assertThat(origin.asked()).hasSize(2);
  }

  @Test
  void anUnsafeMethodThatSucceededHasWhatIsStoredValidated() {
    origin.answers(_ -> answer(200, FRESH, "one"));
    node.get("/a");
    node.send("POST", "/a").join();
    origin.answers(_ -> answer(200, "Cache-Control: max-age=60; ETag: \"2\"", "two"));
    HttpResponse<String> after = node.get("/a");
    assertThat(status(after)).startsWith("atoll; fwd=stale");
    assertThat(after.body()).isEqualTo("two");
  }

  @Test
  void whoChangedSomethingFindsItChangedBeforeThePurgeIsRead() {
    HeldPurgeLog purges = new HeldPurgeLog();
    try (CacheNode other = CacheNode.start(CACHING, origin, CacheNode.alone(purges))) {
      origin.answers(_ -> answer(200, FRESH, "one"));
      other.get("/a");
      await().until(() -> status(other.get("/a")).startsWith("atoll; hit"));
      other.send("POST", "/a").join();
      origin.answers(_ -> answer(200, "Cache-Control: max-age=60; ETag: \"2\"", "two"));
      HttpResponse<String> after = other.get("/a");
      assertThat(status(after)).startsWith("atoll; fwd=stale");
      assertThat(after.body()).isEqualTo("two");
      assertThat(purges.letThrough()).isEqualTo(1);
      assertThat(other.get("/a").body()).isEqualTo("two");
    }
  }

  @Test
  void aStreamOfPostsIsFewPurges() {
    HeldPurgeLog purges = new HeldPurgeLog();
    try (CacheNode other = CacheNode.start(CACHING, origin, CacheNode.alone(purges))) {
      origin.answers(_ -> answer(200, FRESH, "one"));
      other.get("/a");
      await().until(() -> status(other.get("/a")).startsWith("atoll; hit"));
      for (int i = 0; i < 50; i++) {
        other.send("POST", "/a").join();
      }
      assertThat(purges.letThrough()).isEqualTo(1);
      // What is stored is known to be outdated now, and nothing is to be purged.
      other.send("POST", "/a").join();
      assertThat(purges.letThrough()).isZero();
      assertThat(status(other.get("/a"))).startsWith("atoll; fwd=stale");
    }
  }

  @Test
  void anUnsafeMethodThatFailedChangesNothing() {
    origin.answers(_ -> answer(200, FRESH, "one"));
    node.get("/a");
    origin.answers(_ -> answer(409, null, ""));
    node.send("POST", "/a").join();
    assertThat(status(node.get("/a"))).startsWith("atoll; hit");
  }

  @Test
  void onlyIfCachedIsNeverForwarded() {
    assertThat(node.get("/a", "Cache-Control: only-if-cached").statusCode()).isEqualTo(504);
    assertThat(origin.asked()).isEmpty();
  }

  @Test
  void aRequestWithCredentialsGetsWhatSaysThatItMay() {
    origin.answers(_ -> answer(200, FRESH, "anonymous"));
    node.get("/a");
    origin.answers(_ -> answer(200, FRESH, "known"));
    assertThat(node.get("/a", "Authorization: Basic eA==").body()).isEqualTo("known");
    assertThat(node.get("/a").body()).isEqualTo("anonymous");
    origin.answers(_ -> answer(200, "Cache-Control: public, max-age=60", "all"));
    node.get("/b", "Authorization: Basic eA==");
    assertThat(status(node.get("/b", "Authorization: Basic eQ=="))).startsWith("atoll; hit");
  }

  @Test
  void aPurgeByUrlKeyPrefixOrHostIsSeenAtOnce() {
    origin.answers(_ -> answer(200, FRESH + "; Surrogate-Key: red green", "x"));
    List<List<List<String>>> purges =
        List.of(
            List.of(List.of("http://shop.example/a/b"), List.of(), List.of(), List.of()),
            List.of(List.of(), List.of("green"), List.of(), List.of()),
            List.of(List.of(), List.of(), List.of("shop.example/a"), List.of()),
            List.of(List.of(), List.of(), List.of(), List.of("shop.example")));
    for (List<List<String>> purge : purges) {
      node.get("/a/b");
      assertThat(status(node.get("/a/b"))).startsWith("atoll; hit");
      PurgeReceipt receipt =
          node.cache()
              .purge(purge.get(0), purge.get(1), purge.get(2), purge.get(3), false)
              .toCompletableFuture()
              .join();
      assertThat(receipt.confirmed()).containsExactly("node-1");
      assertThat(status(node.get("/a/b"))).startsWith("atoll; fwd=uri-miss");
    }
  }

  @Test
  void anUrlThatNoPurgeCouldNameIsPassedOn() {
    origin.answers(_ -> answer(200, FRESH, "x"));
    node.cache()
        .purge(List.of("http://shop.example/b"), List.of(), List.of(), List.of(), false)
        .toCompletableFuture()
        .join();
    String path = "/a?" + "x".repeat(PurgeTarget.LONGEST);
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> response = node.get(path);
      assertThat(response.body()).isEqualTo("x");
      assertThat(status(response)).isEqualTo("atoll; fwd=bypass; detail=long_name");
    }
    assertThat(node.send("POST", path).join().statusCode()).isEqualTo(200);
  }

  @Test
  void nobodyIsLeftWaitingForAFetchThatCouldNotBeTakenIn() {
    SharedCache broken =
        new FaultySharedCache(
            () -> {
              throw new IllegalStateException("broken");
            });
    try (CacheNode other =
        CacheNode.start(
            CACHING, origin, CacheNode.alone(broken, new LocalFillLeases(System::nanoTime)))) {
      origin.answers(_ -> answer(200, FRESH, "x"));
      for (int i = 0; i < 2; i++) {
        other.send("GET", "/a" + i).handle((_, _) -> true).join();
        await().until(() -> other.metric("atoll_cache_fills_active") == 0);
      }
    }
  }

  @Test
  void whoCanNotBeToldWhetherToFetchFetches() {
    FillLeases broken =
        new FillLeases() {
          @Override
          public CompletionStage<Answer> acquire(String key, boolean anyway) {
            return CompletableFuture.failedStage(new IllegalStateException("broken"));
          }

          @Override
          public void release(String key, long token, End end) {}
        };
    try (CacheNode other =
        CacheNode.start(CACHING, origin, CacheNode.alone(SharedCache.none(), broken))) {
      origin.answers(_ -> answer(200, FRESH, "x"));
      assertThat(other.get("/a").body()).isEqualTo("x");
    }
  }

  @Test
  void aLeaseIsGivenBackThoughStoringFailed() {
    LocalFillLeases leases = new LocalFillLeases(System::nanoTime);
    SharedCache failing =
        new FaultySharedCache(
            () -> CompletableFuture.failedStage(new IllegalStateException("broken")));
    try (CacheNode other = CacheNode.start(CACHING, origin, CacheNode.alone(failing, leases))) {
      origin.answers(_ -> answer(200, FRESH, "x"));
      assertThat(other.get("/a").body()).isEqualTo("x");
      await()
          .until(
              () ->
                  leases.acquire("http://shop.example/a", false).toCompletableFuture().join()
                      instanceof FillLeases.Answer.Granted);
    }
  }

  @Test
  void ofThoseWhoHaveWaitedTooLongOneLeads() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    origin.answers(_ -> answer(200, FRESH, "late").when(gate));
    CompletableFuture<HttpResponse<String>> first = node.send("GET", "/a");
    await().until(() -> origin.asked().size() == 1);
    List<CompletableFuture<HttpResponse<String>>> all = many(20);
    origin.answers(_ -> answer(200, FRESH, "hello"));
    await()
        .atMost(Duration.ofSeconds(25))
        .until(() -> all.stream().allMatch(CompletableFuture::isDone));
    assertThat(all).allSatisfy(one -> assertThat(one.join().body()).isEqualTo("hello"));
    assertThat(origin.asked()).hasSize(2);
    gate.complete(null);
    assertThat(first.join().body()).isEqualTo("late");
  }

  /** Enough objects for some request to look for one in the moment that its fetch ends. */
  @Test
  void whoeverComesAsAFetchEndsDoesNotFetchAgain() {
    origin.answers(_ -> answer(200, FRESH, "hello"));
    for (int object = 0; object < 1000; object++) {
      List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(node.send("GET", "/" + object));
      }
      all.forEach(CompletableFuture::join);
    }
    assertThat(origin.asked()).extracting(ScriptedOrigin.Asked::target).doesNotHaveDuplicates();
  }

  @Test
  void aSoftPurgeHasItValidated() {
    origin.answers(
        asked ->
            asked.fields().contains("If-None-Match")
                ? answer(304, FRESH, "")
                : answer(200, FRESH, "x"));
    node.get("/a");
    // The client has its response a moment before it is stored.
    org.awaitility.Awaitility.await().until(() -> status(node.get("/a")).startsWith("atoll; hit"));
    node.cache()
        .purge(List.of("http://shop.example/a"), List.of(), List.of(), List.of(), true)
        .toCompletableFuture()
        .join();
    assertThat(status(node.get("/a"))).isEqualTo("atoll; fwd=stale; fwd-status=304");
    assertThat(status(node.get("/a"))).startsWith("atoll; hit");
  }

  @Test
  void aResponseFetchedBeforeAPurgeAndFinishedAfterItIsNotKept() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    origin.answers(_ -> answer(200, FRESH, "old").when(gate));
    CompletableFuture<HttpResponse<String>> asked = node.send("GET", "/a");
    await().until(() -> origin.asked().size() == 1);
    node.cache()
        .purge(List.of("http://shop.example/a"), List.of(), List.of(), List.of(), false)
        .toCompletableFuture()
        .join();
    origin.answers(_ -> answer(200, FRESH, "new"));
    CompletableFuture<HttpResponse<String>> later = node.send("GET", "/a");
    await().pollDelay(Duration.ofMillis(50)).until(() -> true);
    gate.complete(null);
    assertThat(asked.join().body()).isEqualTo("old");
    assertThat(later.join().body()).isEqualTo("new");
    assertThat(node.get("/a").body()).isEqualTo("new");
  }

  @Test
  void aHundredRequestsAtOnceAreOneFetch() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    origin.answers(_ -> answer(200, FRESH, "hello").when(gate));
    List<CompletableFuture<HttpResponse<String>>> all = many(100);
    await().until(() -> origin.asked().size() == 1);
    gate.complete(null);
    assertThat(all).allSatisfy(one -> assertThat(one.join().body()).isEqualTo("hello"));
    assertThat(origin.asked()).hasSize(1);
    assertThat(all)
        .filteredOn(one -> status(one.join()).equals("atoll; fwd=uri-miss; collapsed"))
        .isNotEmpty();
  }

  @Test
  void whatTurnsOutNotToBeStorableIsFetchedByEach() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    origin.answers(_ -> answer(200, "Cache-Control: no-store", "x").when(gate));
    List<CompletableFuture<HttpResponse<String>>> all = many(20);
    await().until(() -> origin.asked().size() == 1);
    gate.complete(null);
    assertThat(all).allSatisfy(one -> assertThat(one.join().body()).isEqualTo("x"));
    assertThat(origin.asked()).hasSize(20);
  }

  @Test
  void whatCouldNotBeStoredAMomentAgoIsNotWaitedFor() {
    origin.answers(_ -> answer(200, "Cache-Control: no-store", "x"));
    node.get("/a");
    CompletableFuture<Void> gate = new CompletableFuture<>();
    origin.answers(_ -> answer(200, "Cache-Control: no-store", "x").when(gate));
    List<CompletableFuture<HttpResponse<String>>> all = many(20);
    await().until(() -> origin.asked().size() == 21);
    gate.complete(null);
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
  }

  @Test
  void theOriginsFailureIsThatOfAllWhoWait() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    origin.answers(
        _ ->
            answer(0, null, "").failing(Failure.of(Outcome.CONNECT_FAILURE, "refused")).when(gate));
    List<CompletableFuture<HttpResponse<String>>> all = many(20);
    await().until(() -> origin.asked().size() == 1);
    gate.complete(null);
    assertThat(all).allSatisfy(one -> assertThat(one.join().statusCode()).isEqualTo(502));
  }

  @Test
  void aResponseThatEndsEarlyIsNotStoredAndDoesNotLookWhole() {
    byte[] half = new byte[100_000];
    origin.answers(
        _ ->
            answer(200, FRESH + "; Transfer-Encoding: chunked", half)
                .failing(Failure.of(Outcome.RESET, "reset")));
    assertThat(node.send("GET", "/a").handle((_, failure) -> failure != null).join()).isTrue();
    origin.answers(_ -> answer(200, FRESH, "whole"));
    assertThat(node.get("/a").body()).isEqualTo("whole");
  }

  @Test
  void theClientThatBeganAFetchMayLeaveWithoutEndingIt() throws IOException {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    origin.answers(_ -> answer(200, FRESH, "hello").when(gate));
    try (Socket first = new Socket(java.net.InetAddress.getLoopbackAddress(), node.port())) {
      first
          .getOutputStream()
          .write(
              "GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      await().until(() -> origin.asked().size() == 1);
    }
    CompletableFuture<HttpResponse<String>> second = node.send("GET", "/a");
    await().pollDelay(Duration.ofMillis(50)).until(() -> true);
    gate.complete(null);
    assertThat(second.join().body()).isEqualTo("hello");
    assertThat(origin.asked()).hasSize(1);
    assertThat(origin.cancelled()).isZero();
  }

  @Test
  void aSlowClientDoesNotHoldUpThoseWhoWait() throws IOException {
    byte[] body = new byte[1 << 20];
    origin.answers(_ -> answer(200, FRESH, body));
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(
          new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), node.port()));
      slow.getOutputStream()
          .write(
              "GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      await().until(() -> origin.asked().size() == 1);
      assertThat(node.get("/a").body()).hasSize(1 << 20);
      assertThat(origin.asked()).hasSize(1);
    }
  }

  @Test
  void whatASlowClientHasYetToGetCountsAsHeld() throws IOException {
    // More than the kernel takes off our hands.
    byte[] body = new byte[3_900_000];
    long all = 4 << 20;
    RouteConfig.Caching large =
        new RouteConfig.Caching(
            true, Duration.ZERO, new DataSize(all), CACHING.key(), CACHING.surrogateKeyHeader());
    origin.answers(_ -> answer(200, FRESH, body));
    try (CacheNode other = CacheNode.start(large, origin)) {
      Fills fills = other.cache().fills();
      try (Socket slow = new Socket()) {
        slow.setReceiveBufferSize(4096);
        slow.connect(
            new java.net.InetSocketAddress(
                java.net.InetAddress.getLoopbackAddress(), other.port()));
        slow.getOutputStream()
            .write(
                "GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        await().until(() -> other.cache().local().size() == 1);
        assertThat(fills.reserve(all)).isFalse();
      }
      await().until(() -> fills.reserve(all));
    }
  }

  @Test
  void bodiesOfAllSizesComeWhole() {
    for (int length : new int[] {0, 1, 65_536, 65_537, 500_000, 1 << 20}) {
      byte[] body = new byte[length];
      java.util.Arrays.fill(body, (byte) 'x');
      for (String framing : List.of("", "; Transfer-Encoding: chunked")) {
        String path = "/" + length + framing.length();
        origin.answers(_ -> answer(200, FRESH + framing, body));
        assertThat(node.get(path).body()).hasSize(length);
        HttpResponse<String> hit = node.get(path);
        assertThat(status(hit)).startsWith("atoll; hit");
        assertThat(hit.body()).hasSize(length);
        assertThat(hit.headers().firstValue("Content-Length")).hasValue("" + length);
      }
    }
  }

  @Test
  void whatOutgrowsTheLargestObjectIsPassedOnWholeAndNotStored() {
    byte[] body = new byte[(1 << 20) + 1];
    for (String framing : List.of("", "; Transfer-Encoding: chunked")) {
      origin.answers(_ -> answer(200, FRESH + framing, body));
      String path = "/large" + framing.length();
      assertThat(node.get(path).body()).hasSize(body.length);
      assertThat(node.get(path).body()).hasSize(body.length);
    }
    assertThat(origin.asked()).hasSize(4);
  }

  private List<CompletableFuture<HttpResponse<String>>> many(int count) {
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(node.send("GET", "/a"));
    }
    return all;
  }
}
