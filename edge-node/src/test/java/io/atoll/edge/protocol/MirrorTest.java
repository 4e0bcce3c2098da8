package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Copies of requests for a second upstream, of which clients notice nothing. */
class MirrorTest {
  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> copies = new LinkedBlockingQueue<>();
  @RegisterExtension private final Scene scene = new Scene();

  /** A backend that remembers the requests it saw, body included where its length is said. */
  private RawBackend remembering(BlockingQueue<String> seen, String response) {
    return scene.backend(
        connection -> {
          String request = connection.readResponse();
          while (!request.isEmpty()) {
            seen.add(request);
            connection.send(response);
            request = connection.readResponse();
          }
        });
  }

  private RawBackend original() {
    return remembering(heads, RawBackend.ok("original"));
  }

  private TestNode node(int original, int mirror, String mirrorKeys, String more, String route) {
    return scene.node(
        """
        node: {eventLoops: 1}
        listeners: [{name: http, bind: "127.0.0.1:0"}]
        upstreams:
          - {name: u, backends: [{address: "http://127.0.0.1:%d"}] %s}
          - {name: m, backends: [{address: "http://127.0.0.1:%d"}] %s}
        routes:
          - {name: all, proxy: {upstream: u, mirror: {upstream: m}} %s}
          - {name: none, match: {path: /none}, proxy: {upstream: u, mirror: {upstream: m, percent: 0}}}
          - {name: half, match: {path: /half}, proxy: {upstream: u, mirror: {upstream: m, percent: 50}}}
        """
            .formatted(original, more, mirror, mirrorKeys, route));
  }

  private RawConnection connect(RawBackend original, RawBackend mirror, String mirrorKeys) {
    return scene.connect(node(original.port(), mirror.port(), mirrorKeys, "", ""));
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: shop.example\r\n\r\n";
  }

  private static String next(BlockingQueue<String> seen) throws InterruptedException {
    String head = seen.poll(10, TimeUnit.SECONDS);
    if (head == null) {
      throw new AssertionError("no request came");
    }
    return head;
  }

  private double counted(String result) {
    return scene.metric("atoll_mirror_requests_total{", "\"" + result + "\"", "\"all\"");
  }

  private void awaitCounted(String result, int times) {
    await().until(() -> counted(result) == times);
  }

  @Test
  void aCopySaysWhatTheRequestSaysAndItsResponseIsThrownAway() throws Exception {
    RawBackend mirror = remembering(copies, RawBackend.ok("the mirror's"));
    RawConnection client =
        scene.connect(
            node(
                original().port(),
                mirror.port(),
                "",
                "",
                ", match: {path: /a}, rewrite: {stripPrefix: /a},"
                    + " requestHeaders: {set: {X-Edge: e}}"));
    client.send(
        "GET /a/b?c=d HTTP/1.1\r\nHost: shop.example\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"
            + "X-Forwarded-For: 6.6.6.6\r\nX-Kept: 1\r\n\r\n");
    assertThat(client.readResponse()).endsWith("original");
    String copy = next(copies);
    assertThat(copy).isEqualTo(next(heads)).startsWith("GET /b?c=d HTTP/1.1\r\n");
    assertThat(copy.toLowerCase(Locale.ROOT))
        .contains("host: shop.example\r\n")
        .contains("x-forwarded-for: 127.0.0.1\r\n")
        .contains("x-edge: e\r\n")
        .contains("x-kept: 1\r\n")
        .containsPattern("x-request-id: [0-9a-f]{8}-")
        .doesNotContain("x-hop");
    awaitCounted("answered", 1);
  }

  @Test
  void copiesShareAConnectionOneAfterTheOther() throws Exception {
    RawBackend mirror = remembering(copies, RawBackend.ok("x".repeat(100_000)));
    RawConnection client = connect(original(), mirror, "");
    for (int i = 0; i < 5; i++) {
      assertThat(client.send(get("/" + i)).readResponse()).endsWith("original");
      assertThat(next(copies)).startsWith("GET /" + i);
      int soFar = i + 1;
      awaitCounted("answered", soFar);
    }
    assertThat(mirror.accepted()).isEqualTo(1);
  }

  @Test
  void aShareOfTheRequestsIsCopied() {
    RawBackend mirror = remembering(copies, RawBackend.ok(""));
    RawConnection client = connect(original(), mirror, "");
    for (int i = 0; i < 200; i++) {
      client.send(get("/none")).readResponse();
      client.send(get("/half")).readResponse();
    }
    client.send(get("/last")).readResponse();
    await().until(() -> copies.stream().anyMatch(head -> head.startsWith("GET /last")));
    assertThat(copies).noneMatch(head -> head.startsWith("GET /none"));
    assertThat(copies.stream().filter(head -> head.startsWith("GET /half")).count())
        .isBetween(50L, 150L);
  }

  @Test
  void aBodyOfKnownLengthIsCopied() throws Exception {
    RawBackend mirror = remembering(copies, RawBackend.ok(""));
    RawConnection client = connect(original(), mirror, "");
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
    client.send("world");
    assertThat(client.readResponse()).endsWith("original");
    assertThat(next(copies)).endsWith("\r\n\r\nhelloworld").isEqualTo(next(heads));
  }

  @Test
  void aBodyOfUnknownLengthIsCopied() throws Exception {
    Consumer<RawConnection> chunked =
        connection -> {
          String head = connection.readHead();
          String body = connection.read("3\r\nabc\r\n0\r\n\r\n".length());
          copies.add(head + body);
          connection.send(RawBackend.ok("ok"));
          connection.readAll();
        };
    RawConnection client = connect(scene.backend(chunked), scene.backend(chunked), "");
    client.send(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    assertThat(client.readResponse()).endsWith("ok");
    assertThat(next(copies))
        .containsIgnoringCase("transfer-encoding: chunked")
        .endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    assertThat(next(copies)).endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    awaitCounted("answered", 1);
  }

  @Test
  void aMirrorThatIsNotThereCostsTheClientNothing() {
    RawConnection client =
        scene.connect(node(original().port(), new FreePorts(1).next(), "", "", ""));
    for (int i = 1; i <= 3; i++) {
      assertThat(client.send(get("/")).readResponse()).endsWith("original");
      awaitCounted("connect_failure", i);
    }
  }

  @Test
  void aMirrorThatSaysNothingIsGivenUpAndNobodyWaitsForIt() {
    RawBackend silent = scene.backend(RawConnection::readAll);
    RawConnection client = connect(original(), silent, ", timeouts: {firstByte: 300ms}");
    assertThat(client.send(get("/")).readResponse()).endsWith("original");
    assertThat(client.send(get("/")).readResponse()).endsWith("original");
    awaitCounted("timeout", 2);
  }

  @Test
  void aMirrorThatClosesOrSpeaksNoHttpIsGivenUp() {
    RawBackend closing = scene.backend(RawConnection::readHead);
    RawConnection client = connect(original(), closing, "");
    assertThat(client.send(get("/")).readResponse()).endsWith("original");
    awaitCounted("reset", 1);
  }

  @Test
  void copiesBeyondTheMirrorsLimitAreDropped() {
    RawBackend silent = scene.backend(RawConnection::readAll);
    RawConnection client = connect(original(), silent, ", connections: {perBackend: 1}");
    for (int i = 0; i < 3; i++) {
      assertThat(client.send(get("/")).readResponse()).endsWith("original");
    }
    awaitCounted("pool_full", 2);
  }

  @Test
  void aMirrorThatDoesNotReadHoldsUpNobody() {
    int length = 32 << 20;
    CountDownLatch done = new CountDownLatch(1);
    RawBackend reading =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.skip(length);
              connection.send(RawBackend.ok("all of it"));
              connection.readAll();
            });
    RawBackend stuck =
        scene.backend(
            connection -> {
              connection.readHead();
              try {
                done.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    RawConnection client = connect(reading, stuck, "");
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n");
    for (int i = 0; i < length; i += 1 << 20) {
      client.send("x".repeat(1 << 20));
    }
    assertThat(client.readResponse()).endsWith("all of it");
    awaitCounted("slow", 1);
    done.countDown();
  }

  @Test
  void aBodyThatBreaksOffIsNoWholeCopy() throws Exception {
    AtomicInteger whole = new AtomicInteger();
    Consumer<RawConnection> counting =
        connection -> {
          connection.readHead();
          copies.add("there");
          if (connection.read(10).length() == 10) {
            whole.incrementAndGet();
          }
          copies.add("over");
        };
    RawConnection client = connect(scene.backend(counting), scene.backend(counting), "");
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
    next(copies);
    next(copies);
    client.close();
    next(copies);
    next(copies);
    assertThat(whole).hasValue(0);
    awaitCounted("cut", 1);
  }

  @Test
  void aCopyGoesAlsoWhereTheOriginalCanNot() throws Exception {
    RawBackend mirror = remembering(copies, RawBackend.ok(""));
    RawConnection client = scene.connect(node(new FreePorts(1).next(), mirror.port(), "", "", ""));
    assertThat(client.send(get("/")).readResponse()).startsWith("HTTP/1.1 502");
    assertThat(next(copies)).startsWith("GET / ");
  }

  @Test
  void anotherTryIsNotAnotherCopy() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    RawBackend once =
        scene.backend(
            connection -> {
              connection.readHead();
              if (tries.incrementAndGet() > 1) {
                connection.send(RawBackend.ok("second"));
                connection.readAll();
              }
            });
    RawBackend mirror = remembering(copies, RawBackend.ok(""));
    RawConnection client = connect(once, mirror, "");
    assertThat(client.send(get("/")).readResponse()).endsWith("second");
    next(copies);
    awaitCounted("answered", 1);
    assertThat(copies).isEmpty();
  }

  @Test
  void anEndlessResponseIsNotReadForEver() throws Exception {
    RawBackend endless =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              try {
                while (true) {
                  connection.send("8000\r\n" + "x".repeat(0x8000) + "\r\n");
                }
              } catch (UncheckedIOException e) {
                copies.add("given up");
              }
            });
    RawConnection client = connect(original(), endless, "");
    assertThat(client.send(get("/")).readResponse()).endsWith("original");
    assertThat(next(copies)).isEqualTo("given up");
    awaitCounted("answered", 1);
  }

  @Test
  void aResponseThatTricklesIsNotReadForEverEither() throws Exception {
    RawBackend trickling =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              copies.add(connection.isClosedByPeer() ? "given up" : "more");
            });
    RawConnection client = connect(original(), trickling, ", timeouts: {idle: 300ms}");
    assertThat(client.send(get("/")).readResponse()).endsWith("original");
    assertThat(next(copies)).isEqualTo("given up");
  }

  @Test
  void whatTheCacheAnswersIsNotCopied() throws Exception {
    RawBackend original =
        remembering(
            heads, "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nhi");
    RawBackend mirror = remembering(copies, RawBackend.ok(""));
    RawConnection client =
        scene.connect(node(original.port(), mirror.port(), "", "", ", cache: {}"));
    for (int i = 0; i < 3; i++) {
      assertThat(client.send(get("/")).readResponse()).endsWith("hi");
    }
    client.send(get("/other")).readResponse();
    assertThat(next(copies)).startsWith("GET / ");
    assertThat(next(copies)).startsWith("GET /other ");
  }

  @Test
  void noMirrorSeesASessionsCookieOrMakesASession() throws Exception {
    RawBackend mirror = remembering(copies, RawBackend.ok(""));
    String sticky = ", stickySession: {mode: cookie, cookie: %s}";
    RawConnection client =
        scene.connect(
            node(
                original().port(),
                mirror.port(),
                sticky.formatted("M"),
                sticky.formatted("S"),
                ""));
    String first = client.send(get("/")).readResponse();
    assertThat(first).containsIgnoringCase("set-cookie: S=").doesNotContain("M=");
    next(copies);
    client
        .send("GET / HTTP/1.1\r\nHost: a\r\nCookie: S=whatever; M=other; own=1\r\n\r\n")
        .readResponse();
    assertThat(next(copies))
        .contains("own=1")
        .doesNotContain("S=whatever")
        .doesNotContain("M=other");
  }

  @Test
  void noMirrorSeesTheCookiesOfUpstreamsThatShareARoute() throws Exception {
    TestNode node =
        scene.node(
            """
            node: {eventLoops: 1}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams:
              - {name: a, stickySession: {mode: cookie, cookie: A}, backends: %1$s}
              - {name: b, stickySession: {mode: cookie, cookie: B}, backends: %1$s}
              - {name: m, backends: %2$s}
            routes:
              - name: all
                match: {path: /}
                proxy: {weighted: {a: 50, b: 50}, mirror: {upstream: m, percent: 100}}
            """
                .formatted(
                    Scene.backends(original().port()),
                    Scene.backends(remembering(copies, RawBackend.ok("")).port())));
    scene
        .connect(node)
        .send("GET / HTTP/1.1\r\nHost: a\r\nCookie: A=1; own=1; B=2\r\n\r\n")
        .readResponse();
    assertThat(next(copies)).contains("own=1").doesNotContain("A=1").doesNotContain("B=2");
  }

  @Test
  void requestsForAnotherProtocolAreNotCopied() {
    RawBackend mirror = remembering(copies, RawBackend.ok(""));
    RawConnection client = connect(original(), mirror, "");
    client.send(
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    assertThat(client.readResponse()).endsWith("original");
    client.send(get("/after")).readResponse();
    await().until(() -> !copies.isEmpty());
    assertThat(copies).singleElement().asString().startsWith("GET /after ");
  }
}
