package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.H2Connection;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.netty.handler.codec.http2.Http2FrameStream;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP/2 with prior knowledge (RFC 9113 section 3.3), alone and beside HTTP/1.1. */
class ClearTextTest {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final String SETTINGS = "\0\0\0\4\0\0\0\0\0";

  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final CountDownLatch released = new CountDownLatch(1);

  private RawBackend backend;

  private TestNode node;

  @BeforeEach
  void start() {
    backend =
        new RawBackend(
            connection -> {
              String head = connection.readHead();
              while (!head.isEmpty()) {
                heads.add(head.toLowerCase(Locale.ROOT));
                if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
                  assertThat(connection.read("5\r\n12345\r\n0\r\n\r\n".length())).contains("12345");
                }
                if (head.contains(" /slow ")) {
                  hold();
                }
                connection.send(RawBackend.ok("hi"));
                head = connection.readHead();
              }
            });
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1, drain: {delay: 0s, timeout: 10s}}
            telemetry: {accessLog: {format: off}}
            listeners:
              - {name: both, bind: "127.0.0.1:0", protocols: [http/1.1, h2c], limits: {headTimeout: 1s}}
              - {name: h2c, bind: "127.0.0.1:0", protocols: [h2c]}
              - {name: few, bind: "127.0.0.1:0", protocols: [http/1.1, h2c], limits: {connections: 1}}
            upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%d"}]}]
            routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
            """
                .formatted(backend.port()));
  }

  private void hold() {
    try {
      assertThat(released.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    released.countDown();
    node.close();
    backend.close();
  }

  private static void drip(RawConnection client, String text) {
    for (int i = 0; i < text.length(); i++) {
      client.send(text.substring(i, i + 1));
    }
  }

  private static void assertServesHttp2(H2Connection client) throws InterruptedException {
    for (int stream = 3; stream < 9; stream += 2) {
      client.get("/");
      assertThat(client.next()).isEqualTo(stream + " 200");
      assertThat(client.next()).isEqualTo(stream + " data hi");
      assertThat(client.next()).isEqualTo(stream + " end");
    }
    Http2FrameStream upload = client.open("POST", "/", false);
    client.send(upload, "12345", true);
    assertThat(client.next()).isEqualTo("9 200");
  }

  @Test
  void aConnectionThatBeginsWithThePrefaceSpeaksHttp2() throws Exception {
    try (H2Connection client = H2Connection.clear(node.port("both"))) {
      assertServesHttp2(client);
    }
    try (H2Connection client = H2Connection.clear(node.port("h2c"))) {
      assertServesHttp2(client);
    }
  }

  @Test
  void aStoppingNodeSaysSoAndFinishesWhatIsUnderWay() throws Exception {
    try (H2Connection client = H2Connection.clear(node.port("both"))) {
      client.get("/slow");
      assertThat(heads.poll(10, TimeUnit.SECONDS)).contains(" /slow ");
      Thread stopping = Thread.ofVirtual().start(node::drain);
      assertThat(client.next()).isEqualTo("goaway 0");
      released.countDown();
      assertThat(client.next()).isEqualTo("3 200");
      assertThat(client.next()).isEqualTo("3 data hi");
      assertThat(client.next()).isEqualTo("3 end");
      assertThat(client.next()).isEqualTo("closed");
      stopping.join();
    }
  }

  @Test
  void aPrefaceInPiecesIsOne() {
    try (RawConnection client = new RawConnection(node.port("both"))) {
      drip(client, PREFACE);
      client.send(SETTINGS);
      assertThat(client.read(9)).as("the server's settings").matches("(?s)\0..\4\0\0\0\0\0");
    }
  }

  @Test
  void anyOtherConnectionSpeaksHttp1() {
    for (String method : new String[] {"GET", "PUT", "PRINT"}) {
      try (RawConnection client = new RawConnection(node.port("both"))) {
        String request = method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
        drip(client, request);
        assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("hi");
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("hi");
      }
    }
  }

  @Test
  void anUpgradeIsNotHonouredAndNotForwarded() throws Exception {
    try (RawConnection client = new RawConnection(node.port("both"))) {
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
              + "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ").endsWith("hi");
      String forwarded = Objects.requireNonNull(heads.poll(10, TimeUnit.SECONDS));
      assertThat(forwarded).doesNotContain("upgrade", "h2c", "http2-settings");
    }
  }

  @Test
  void whatIsNotThePrefaceIsClosedWhereOnlyHttp2IsSpoken() {
    try (RawConnection client = new RawConnection(node.port("h2c"))) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void aConnectionThatDoesNotSayWhatItSpeaksIsClosedInTime() {
    try (RawConnection client = new RawConnection(node.port("both"))) {
      client.send("PRI * HTTP/2.0");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void theFirstHeadOfHttp1HasItsTimeToo() {
    try (RawConnection client = new RawConnection(node.port("both"))) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 408 ");
    }
  }

  @Test
  void theFirstRequestIsLookedAtAsAnyOther() {
    try (RawConnection client = new RawConnection(node.port("both"))) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 400 ").contains("\"reason\":\"host\"");
    }
  }

  @Test
  void whoSaysNothingTakesAPlaceAsWell() {
    try (RawConnection silent = new RawConnection(node.port("few"))) {
      try (RawConnection client = new RawConnection(node.port("few"))) {
        assertThat(client.isClosedByPeer()).isTrue();
      }
      silent.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(silent.readResponse()).startsWith("HTTP/1.1 200 ");
    }
  }
}
