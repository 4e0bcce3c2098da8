package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.H2Backend;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 backends frame by frame, with what they should and should not do. */
class Http2BackendTest {
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final BlockingQueue<H2Backend.Request> held = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  private H2Backend backend(Consumer<H2Backend.Request> script) {
    return backend(Http2Settings.defaultSettings(), script);
  }

  private H2Backend backend(Http2Settings settings, Consumer<H2Backend.Request> script) {
    H2Backend backend = new H2Backend(settings, script);
    opened.add(backend);
    return backend;
  }

  private TestNode node(H2Backend backend) {
    return node("", backend);
  }

  private TestNode node(String upstreamKeys, H2Backend backend) {
    TestNode node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams: [{name: u, protocol: h2c, backends: [{address: "http://127.0.0.1:%d"}] %s}]
            routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
            """
                .formatted(backend.port(), upstreamKeys));
    opened.add(node);
    return node;
  }

  private RawConnection ask(TestNode node, String path) {
    return connect(node).send("GET " + path + " HTTP/1.1\r\nHost: shop.example:80\r\n\r\n");
  }

  private RawConnection connect(TestNode node) {
    RawConnection client = node.connect();
    opened.add(client);
    return client;
  }

  private H2Backend.Request nextHeld() throws InterruptedException {
    H2Backend.Request request = held.poll(10, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("the backend has no request");
    }
    return request;
  }

  @Test
  void aBackendSeesOneRequestWithoutWhatConcernsConnections() throws Exception {
    H2Backend backend = backend(held::add);
    TestNode node = node(backend);
    RawConnection client =
        connect(node)
            .send(
                "GET /a?b=c HTTP/1.1\r\nHost: shop.example:80\r\nConnection: X-Inner, TE\r\n"
                    + "X-Inner: 1\r\nTE: trailers\r\nCookie: a=1\r\nKeep-Alive: 1\r\n\r\n");

    H2Backend.Request seen = nextHeld();
    seen.ok("hi");

    assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(seen.head().method()).hasToString("GET");
    assertThat(seen.head().path()).hasToString("/a?b=c");
    assertThat(seen.head().authority()).hasToString("shop.example:80");
    assertThat(seen.head().scheme()).hasToString("http");
    assertThat(seen.head().get("te")).hasToString("trailers");
    assertThat(seen.head().get("cookie")).hasToString("a=1");
    assertThat(seen.head().get("via")).hasToString("1.1 atoll");
    assertThat(seen.head().names())
        .extracting(CharSequence::toString)
        .doesNotContain("connection", "x-inner", "keep-alive", "host", "transfer-encoding");
  }

  @Test
  void aBodyOfUnknownLengthIsStreamed() throws Exception {
    H2Backend backend = backend(held::add);
    RawConnection client =
        connect(node(backend))
            .send("POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    H2Backend.Request request = nextHeld();
    assertThat(backend.next()).isEqualTo("/p head");
    assertThat(backend.next()).isEqualTo("/p data abc");

    client.send("2\r\nde\r\n0\r\n\r\n");

    assertThat(backend.next()).isEqualTo("/p data de");
    assertThat(backend.next()).startsWith("/p data").isNotEqualTo("/p data de");
    request.ok("");
    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void headPartsAndTrailersOfAResponsePassAsTheyCome() throws Exception {
    H2Backend backend = backend(held::add);
    RawConnection client =
        connect(node(backend))
            .send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE\r\n\r\n");
    H2Backend.Request request = nextHeld();

    request.head("103", false, "link", "</a.css>; rel=preload");
    assertThat(client.readHead())
        .startsWith("HTTP/1.1 103 ")
        .containsIgnoringCase("Link: </a.css>; rel=preload\r\n");
    request.head("200", false, "x-a", "1");
    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ").containsIgnoringCase("x-a: 1\r\n");
    request.data("one", false);
    assertThat(client.read("3\r\none\r\n".length())).isEqualTo("3\r\none\r\n");
    request.trailers("x-sum", "6");
    assertThat(client.readHead()).startsWith("0\r\n").containsIgnoringCase("x-sum: 6\r\n");
  }

  @Test
  void requestsShareAConnectionAndOneThatIsGivenUpHurtsNoOther() throws Exception {
    H2Backend backend = backend(held::add);
    TestNode node = node(backend);
    RawConnection first = ask(node, "/1");
    H2Backend.Request one = nextHeld();
    RawConnection second = ask(node, "/2");
    H2Backend.Request two = nextHeld();
    assertThat(one.connection()).isEqualTo(1);
    assertThat(two.connection()).isEqualTo(1);

    first.close();

    assertThat(List.of(backend.next(), backend.next(), backend.next(), backend.next()))
        .containsExactly("/1 head", "/1 end", "/2 head", "/2 end");
    assertThat(backend.next()).as("CANCEL").isEqualTo("/1 reset 8");
    two.ok("whole");
    assertThat(second.readHead()).startsWith("HTTP/1.1 200 ");
    assertThat(second.read(10)).isEqualTo("5\r\nwhole\r\n");
  }

  @Test
  void whatABackendRefusedIsTriedAgainWhateverTheMethod() {
    AtomicInteger tries = new AtomicInteger();
    H2Backend backend =
        backend(
            request -> {
              if (tries.incrementAndGet() == 1) {
                request.reset(Http2Error.REFUSED_STREAM);
              } else {
                request.ok("later");
              }
            });
    RawConnection client =
        connect(node(backend)).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");

    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void whatCameTooLateForAConnectionThatGoesAwayIsSentOnAnother() throws Exception {
    H2Backend backend =
        backend(
            request -> {
              switch (request.path()) {
                case "/early" -> held.add(request);
                default -> {
                  if (request.connection() == 1) {
                    request.goAway(request.stream() - 2);
                  } else {
                    request.ok("late");
                  }
                }
              }
            });
    TestNode node = node(backend);
    RawConnection early = ask(node, "/early");
    H2Backend.Request first = nextHeld();

    RawConnection late =
        connect(node).send("POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");

    assertThat(late.readHead()).startsWith("HTTP/1.1 200 ");
    first.ok("early");
    assertThat(early.readHead()).startsWith("HTTP/1.1 200 ");
    assertThat(backend.accepted()).isEqualTo(2);
    await().until(() -> backend.stillOpen() == 1);
  }

  @Test
  void aResetBeforeTheHeadIsTriedAgainOnlyWhereThatIsSafe() {
    AtomicInteger tries = new AtomicInteger();
    H2Backend backend =
        backend(
            request -> {
              if (tries.incrementAndGet() % 2 == 1) {
                request.reset(Http2Error.INTERNAL_ERROR);
              } else {
                request.ok("again");
              }
            });
    TestNode node = node(backend);

    assertThat(ask(node, "/").readHead()).startsWith("HTTP/1.1 200 ");
    RawConnection post =
        connect(node).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    assertThat(post.readResponse()).startsWith("HTTP/1.1 502 ").contains("reset");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aResponseThatBreaksOffNeverLooksWhole(boolean byReset) throws Exception {
    H2Backend backend = backend(held::add);
    RawConnection client = ask(node(backend), "/");
    H2Backend.Request request = nextHeld();
    request.head("200", false).data("half", false);
    client.readHead();
    assertThat(client.read("4\r\nhalf\r\n".length())).isEqualTo("4\r\nhalf\r\n");

    if (byReset) {
      request.reset(Http2Error.CANCEL);
    } else {
      request.close();
    }

    assertThat(client.readAll()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"9", "3", "1x", "-1"})
  void aLengthThatIsNotTheBodysIsAnError(String length) throws Exception {
    H2Backend backend = backend(held::add);
    RawConnection client =
        connect(node(backend)).send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    nextHeld().head("200", false, "content-length", length).data("four", true);

    String all = client.readAll();
    assertThat(all.startsWith("HTTP/1.1 502 ") || !all.endsWith("\r\n\r\nfour")).isTrue();
  }

  @Test
  void aFieldThatIsNoneIsABadResponse() throws Exception {
    H2Backend backend = backend(held::add);
    RawConnection client = ask(node(backend), "/");

    nextHeld().head("200", true, "x-a", "1\r\nX-Smuggled: 1");

    assertThat(client.readResponse())
        .startsWith("HTTP/1.1 502 ")
        .doesNotContainIgnoringCase("smuggled: 1\r\n");
  }

  @Test
  void anUpgradeIsRefused() {
    H2Backend backend = backend(request -> request.ok("never"));
    RawConnection client =
        connect(node(backend))
            .send(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

    assertThat(client.readResponse()).startsWith("HTTP/1.1 501 ").contains("no_upgrade");
  }

  @Test
  void moreStreamsThanAConnectionAllowsTakeMoreConnections() throws Exception {
    H2Backend backend = backend(Http2Settings.defaultSettings().maxConcurrentStreams(1), held::add);
    TestNode node = node(", connections: {perBackend: 2, pendingFor: 30s}", backend);

    RawConnection first = ask(node, "/1");
    H2Backend.Request one = nextHeld();
    ask(node, "/2");
    assertThat(nextHeld().connection()).isEqualTo(2);
    RawConnection waiting = ask(node, "/3");

    one.ok("1");
    assertThat(first.readHead()).startsWith("HTTP/1.1 200 ");
    H2Backend.Request three = nextHeld();
    three.ok("3");
    assertThat(three.path()).isEqualTo("/3");
    assertThat(three.connection()).isEqualTo(1);
    assertThat(waiting.readHead()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void anIdleConnectionThatAllowsNothingAnyMoreIsClosed() throws Exception {
    H2Backend backend = backend(held::add);
    TestNode node = node(", connections: {idle: 200ms}", backend);
    RawConnection client = ask(node, "/");

    nextHeld().settings(Http2Settings.defaultSettings().maxConcurrentStreams(0)).ok("last");

    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
    await().until(() -> backend.stillOpen() == 0);
  }

  @Test
  void interimResponsesThatNobodyKnowsAreNoResponse() throws Exception {
    H2Backend backend = backend(held::add);
    RawConnection client = ask(node(backend), "/");

    nextHeld().head("102", false).head("199", false, "x-a", "1").ok("whole");

    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ").doesNotContain("x-a");
    assertThat(client.read(10)).isEqualTo("5\r\nwhole\r\n");
  }

  @Test
  void anIdleConnectionIsClosed() {
    H2Backend backend = backend(request -> request.ok("hi"));
    TestNode node = node(", connections: {idle: 200ms}", backend);
    assertThat(ask(node, "/").readHead()).startsWith("HTTP/1.1 200 ");

    await().until(() -> backend.stillOpen() == 0);

    assertThat(ask(node, "/").readHead()).startsWith("HTTP/1.1 200 ");
    assertThat(backend.accepted()).isEqualTo(2);
  }

  @Test
  void aConnectionThatHasGoneSilentIsNotUsedAgain() {
    H2Backend backend =
        backend(
            request -> {
              if (request.connection() > 1) {
                request.ok("alive");
              }
            });
    TestNode node = node(", timeouts: {firstByte: 1200ms}", backend);

    assertThat(ask(node, "/").readResponse()).startsWith("HTTP/1.1 504 ");

    assertThat(ask(node, "/").readHead()).startsWith("HTTP/1.1 200 ");
    assertThat(backend.accepted()).isEqualTo(2);
  }

  @Test
  void aBackendThatSpeaksSomethingElseIsNotConnectedTo() {
    RawBackend http1 = RawBackend.answering("HTTP/1.1 400 Bad Request\r\n\r\n");
    opened.add(http1);
    TestNode node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams:
              - {name: u, protocol: h2c, backends: [{address: "http://127.0.0.1:%d"}], timeouts: {connect: 1s}}
            routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
            """
                .formatted(http1.port()));
    opened.add(node);

    assertThat(ask(node, "/").readResponse())
        .startsWith("HTTP/1.1 502 ")
        .contains("connect_failure");
  }
}
