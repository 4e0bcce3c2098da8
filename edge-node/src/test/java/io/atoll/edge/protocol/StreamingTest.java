package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.H2Connection;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.tls.CertificateFiles;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said passes when it is said: events, bodies, and the word that one is wanted. */
class StreamingTest {
  @TempDir private Path directory;

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  @RegisterExtension private final Scene scene = new Scene();

  private TestNode node(int backend, String upstreamKeys) throws Exception {
    CertificateFiles.in(directory).create(List.of("localhost"), Clock.systemUTC());
    return scene.node(
        """
        node: {eventLoops: 1}
        listeners:
          - {name: http, bind: "127.0.0.1:0"}
          - name: https
            bind: "127.0.0.1:0"
            protocols: [h2]
            tls: {certificates: [{certificate: %1$s/server.pem, privateKey: %1$s/server.key}]}
        upstreams: [{name: u, retry: {attempts: 1}, backends: [{address: "http://127.0.0.1:%2$d"}] %3$s}]
        routes:
          - {name: plain, match: {path: /plain}, proxy: {upstream: u}}
          - {name: zipped, match: {path: /zipped}, compress: {}, proxy: {upstream: u}}
          - {name: stored, match: {path: /stored}, cache: {}, proxy: {upstream: u}}
          - {name: both, match: {path: /both}, cache: {}, compress: {}, proxy: {upstream: u}}
          - {name: local, match: {path: /local}, respond: {body: local}}
        """
            .formatted(directory, backend, upstreamKeys));
  }

  /** A backend that says an event when the test does, and ends with an empty one. */
  private RawBackend streaming(String fields) {
    return scene.backend(
        connection -> {
          connection.readHead();
          connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + fields);
          connection.send("Transfer-Encoding: chunked\r\n\r\n");
          String event = next();
          while (!event.isEmpty()) {
            connection.send(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
            event = next();
          }
          connection.send("0\r\n\r\n");
          connection.readAll();
        });
  }

  private String next() {
    try {
      String event = events.poll(20, TimeUnit.SECONDS);
      return event == null ? "" : event;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static String get(String path) {
    return "GET %s HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n".formatted(path);
  }

  /** The next chunk's content; empty for the last. */
  private static String chunk(RawConnection client) {
    StringBuilder size = new StringBuilder();
    while (size.indexOf("\r\n") < 0) {
      size.append(client.read(1));
    }
    int length = Integer.parseInt(size.substring(0, size.length() - 2), 16);
    String content = client.read(length);
    client.read(2);
    return content;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /plain  |
          /stored |
          /stored | Cache-Control: no-store
          /stored | Cache-Control: max-age=60
          """)
  void eventsPassAtOnce(String path, @org.jspecify.annotations.Nullable String field)
      throws Exception {
    RawConnection client =
        scene.connect(node(streaming(field == null ? "" : field + "\r\n").port(), ""));
    assertThat(client.send(get(path)).readHead()).startsWith("HTTP/1.1 200 OK\r\n");
    for (String event : List.of("data: 1\n\n", ": nothing new\n\n", "data: 2\n\n")) {
      events.add(event);
      assertThat(chunk(client)).isEqualTo(event);
    }
    events.add("");
    assertThat(chunk(client)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/zipped", "/both"})
  void eventsPassAtOnceThroughAnEncoder(String path) throws Exception {
    RawConnection client = scene.connect(node(streaming("").port(), ""));
    assertThat(client.send(get(path)).readHead()).containsIgnoringCase("content-encoding: gzip");
    StringBuilder encoded = new StringBuilder();
    StringBuilder said = new StringBuilder();
    for (String event : List.of("data: 1\n\n", "data: 2\n\n", "data: 3\n\n")) {
      events.add(event);
      said.append(event);
      while (!decoded(encoded.toString()).contentEquals(said)) {
        encoded.append(chunk(client)); // gives up where nothing comes
      }
    }
    events.add("");
    String last = chunk(client);
    while (!last.isEmpty()) {
      last = chunk(client);
    }
  }

  /** As far as it can be. */
  private static String decoded(String encoded) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] bytes = encoded.getBytes(StandardCharsets.ISO_8859_1);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        text.append((char) next);
      }
    } catch (EOFException e) {
      // More is to come.
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/plain", "/stored"})
  void eventsPassAtOnceOverHttp2(String path) throws Exception {
    H2Connection client =
        scene.open(new H2Connection(node(streaming("").port(), "").port("https")));
    client.get(path);
    assertThat(client.next()).isEqualTo("3 200");
    for (String event : List.of("data: 1\n\n", "data: 2\n\n")) {
      events.add(event);
      assertThat(client.next()).isEqualTo("3 data " + event);
    }
    events.add("");
    assertThat(client.next()).startsWith("3 ");
  }

  /** Answers each request with its body. */
  private RawBackend echo() {
    return scene.backend(
        connection -> {
          String head = connection.readHead();
          while (!head.isEmpty()) {
            String lower = head.toLowerCase(Locale.ROOT);
            StringBuilder body = new StringBuilder();
            if (lower.contains("transfer-encoding: chunked")) {
              for (String part = chunk(connection); !part.isEmpty(); part = chunk(connection)) {
                body.append(part);
              }
            } else if (lower.contains("content-length: ")) {
              int at = lower.indexOf("content-length: ") + 16;
              body.append(
                  connection.read(Integer.parseInt(lower.substring(at, lower.indexOf('\r', at)))));
            }
            connection.send(RawBackend.ok(body.toString()));
            head = connection.readHead();
          }
        });
  }

  @Test
  void pipelinedRequestsWithBodiesAreAnsweredInOrder() throws Exception {
    RawConnection client = scene.connect(node(echo().port(), ""));
    client.send(
        "POST /plain/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
            + "PUT /plain/2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"
            + "POST /local HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nskip"
            + "POST /plain/3 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nthree");
    assertThat(client.readResponse()).endsWith("\r\n\r\none");
    assertThat(client.readResponse()).endsWith("\r\n\r\ntwo");
    assertThat(client.readResponse()).endsWith("\r\n\r\nlocal");
    assertThat(client.readResponse()).endsWith("\r\n\r\nthree");
  }

  @Test
  void aBodyIsNotAskedForBeforeThereIsABackendForIt() throws Exception {
    AtomicBoolean released = new AtomicBoolean();
    CountDownLatch release = new CountDownLatch(1);
    RawBackend busy =
        scene.backend(
            connection -> {
              connection.readHead();
              await(release);
              connection.send(RawBackend.ok("first"));
              if (connection.readHead().startsWith("PUT")) {
                connection.send(RawBackend.ok(connection.read(2)));
              }
              connection.readAll();
            });
    TestNode node = node(busy.port(), ", connections: {perBackend: 1}");
    RawConnection first = scene.connect(node).send(get("/plain"));
    RawConnection second = scene.connect(node);
    org.awaitility.Awaitility.await().until(() -> busy.accepted() == 1);
    second.send(
        "PUT /plain HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    CompletableFuture<String> word =
        CompletableFuture.supplyAsync(() -> released.get() + " " + second.readHead());
    for (int i = 0; i < 20; i++) {
      assertThat(scene.connect(node).send(get("/local")).readResponse()).endsWith("local");
    }
    assertThat(word).isNotDone();
    released.set(true);
    release.countDown();
    assertThat(first.readResponse()).endsWith("first");
    assertThat(word.get(10, TimeUnit.SECONDS)).contains("HTTP/1.1 100 Continue");
    assertThat(second.send("ok").readResponse()).endsWith("\r\n\r\nok");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/plain", "/nowhere", "/local"})
  void whoIsAnsweredWithoutBeingAskedForTheBodyIsNotMisread(String path) throws Exception {
    RawConnection client = scene.connect(node(new FreePorts(1).next(), ""));
    String hidden = "GET /local HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(
        "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n"
            .formatted(path, hidden.length()));
    String answer = client.readResponse();
    assertThat(answer).doesNotContain("100 Continue").containsIgnoringCase("connection: close");
    String rest;
    try {
      rest = client.send(hidden).readAll();
    } catch (java.io.UncheckedIOException e) {
      rest = "";
    }
    assertThat(rest).isEmpty();
  }

  @Test
  void aClientOfHttp10IsToldNothingInAdvance() throws Exception {
    RawConnection client = scene.connect(node(echo().port(), ""));
    client.send("POST /plain HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok");
    assertThat(client.readAll()).startsWith("HTTP/1.0 200 ").endsWith("\r\n\r\nok");
  }

  @Test
  void aBodyThatABackendAnswersEarlyDoesNotBecomeARequest() throws Exception {
    RawBackend hasty =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send(RawBackend.ok("enough"));
              connection.readAll();
            });
    RawConnection client = scene.connect(node(hasty.port(), ""));
    client.send("POST /plain HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\nabc");
    assertThat(client.readResponse()).endsWith("enough");
    String rest = "GET /local HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(rest + "x".repeat(57 - rest.length()) + get("/local"));
    assertThat(client.readResponse()).endsWith("local");
    client.send(get("/plain"));
    assertThat(client.readResponse()).endsWith("enough");
  }

  @Test
  void whoStillSendsIsNotHurriedToTakeTheResponse() throws Exception {
    int parts = 384;
    RawBackend hasty =
        scene.backend(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + (parts << 16) + "\r\n\r\n");
              for (int i = 0; i < parts; i++) {
                connection.send("x".repeat(1 << 16));
                events.add("sent");
              }
              connection.readAll();
            });
    RawConnection client = scene.connect(node(hasty.port(), ", timeouts: {idle: 500ms}"));
    client.send("POST /plain HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
    while (events.poll(1, TimeUnit.SECONDS) != null) {
      // until the client's slowness holds the backend up
    }

    client.send("d");

    assertThat(events.poll(1500, TimeUnit.MILLISECONDS)).isNull();
    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
    client.input().skipNBytes(parts << 16);
  }

  @Test
  void whoClosesItsSideStillReadsWhatIsAtHand() throws Exception {
    RawConnection client = scene.connect(node(echo().port(), ""));
    client.send(get("/local")).endOutput();
    assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("local");
  }

  /** The end of its side is all that is seen of a client that goes. */
  @Test
  void whoClosesItsSideHasGoneForABackend() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    RawBackend slow =
        scene.backend(
            connection -> {
              connection.readHead();
              asked.countDown();
              cancelled.complete(connection.isClosedByPeer());
            });
    RawConnection client = scene.connect(node(slow.port(), "")).send(get("/plain"));
    await(asked);
    client.endOutput();
    assertThat(cancelled.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(client.readAll()).isEmpty();
  }
}
