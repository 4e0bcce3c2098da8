package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.StrictRequests;
import io.atoll.edge.testkit.StrictRequests.NotARequest;
import io.atoll.edge.testkit.StrictRequests.Received;
import io.atoll.edge.testkit.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Requests of any form through a whole node: the backend, which reads by a strict parser that is
 * not the node's, sees each accepted request once, with its body, framed one way, and nothing else.
 */
class RequestPropertyTest {
  private static final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private static final Queue<String> broken = new ConcurrentLinkedQueue<>();

  @SuppressWarnings("NullAway.Init") // jqwik sets it, before the first property
  private static RawBackend backend;

  @SuppressWarnings("NullAway.Init") // jqwik sets it, before the first property
  private static TestNode node;

  /**
   * A request a client may send.
   *
   * @param chunks how its body is cut; null where it has a length, or no body
   */
  record Asked(
      String method, String target, List<String> fields, String body, List<Integer> chunks) {
    String bytes() {
      StringBuilder text =
          new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: a.example");
      fields.forEach(field -> text.append("\r\n").append(field));
      if (!chunks.isEmpty()) {
        return text.append("\r\ntransfer-encoding: chunked\r\n\r\n").append(chunked()).toString();
      }
      if (!body.isEmpty()) {
        text.append("\r\nContent-Length: ").append(body.length());
      }
      return text.append("\r\n\r\n").append(body).toString();
    }

    private String chunked() {
      StringBuilder text = new StringBuilder();
      int from = 0;
      for (int i = 0; from < body.length(); i++) {
        int to = Math.min(body.length(), from + chunks.get(i % chunks.size()));
        text.append(Integer.toHexString(to - from)).append(i % 3 == 0 ? ";a=\"b\"" : "");
        text.append("\r\n").append(body, from, to).append("\r\n");
        from = to;
      }
      return text.append("0\r\n")
          .append(chunks.size() % 2 == 0 ? "T: 1\r\n" : "")
          .append("\r\n")
          .toString();
    }

    String seen() {
      return method + " " + target + " " + body;
    }
  }

  @BeforeContainer
  static void start() {
    backend = new RawBackend(RequestPropertyTest::serve);
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%d"}]}]
            routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
            """
                .formatted(backend.port()));
  }

  @AfterContainer
  static void stop() {
    node.close();
    backend.close();
  }

  private static void serve(RawConnection connection) {
    StrictRequests requests = new StrictRequests(connection.input());
    try {
      for (Received next = requests.next(); next != null; next = requests.next()) {
        received.add(next);
        connection.send(RawBackend.ok(next.method().equals("HEAD") ? "" : "fine"));
      }
    } catch (NotARequest e) {
      broken.add(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Provide
  Arbitrary<List<Asked>> requests() {
    Arbitrary<String> methods =
        Arbitraries.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "X-!METHOD");
    Arbitrary<String> targets =
        Arbitraries.of("/", "/a/b", "/a?b=c&d", "/%2F", "/a;b=c", "/?", "/x?y=http://z/", "/a?%00");
    Arbitrary<List<String>> fields =
        Arbitraries.of(
                "Accept: */*",
                "X-Empty:",
                "X-Spaced: \t a b\t ",
                "X-Bytes: \u00e9\u00ff",
                "Cookie: a=b",
                "Connection: x-hop",
                "X-Hop: only here",
                "TE: trailers",
                "Content-Type: text/plain")
            .set()
            .ofMaxSize(4)
            .map(List::copyOf);
    Arbitrary<String> bodies =
        Arbitraries.oneOf(
            Arbitraries.of(
                "",
                "0\r\n\r\n",
                "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\n",
                "x".repeat(70_000)),
            Arbitraries.strings().withCharRange((char) 0, (char) 255).ofMaxLength(100));
    Arbitrary<List<Integer>> chunks = Arbitraries.integers().between(1, 40_000).list().ofMaxSize(3);
    return Combinators.combine(methods, targets, fields, bodies, chunks)
        .as(Asked::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  @Provide
  Arbitrary<String> malformed() {
    return Arbitraries.of(
        "",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET /bad HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
        "POST /bad HTTP/1.1\r\n"
            + "Host: a\r\n"
            + "Content-Length: 1\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n\r\n",
        "POST /bad HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\nGET / HTTP/1.1\r\n",
        "GET /bad HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /bad HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
        "GET /../bad HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  @Property(tries = 100)
  void theBackendSeesWhatWasAskedAndNothingElse(
      @ForAll("requests") List<Asked> requests,
      @ForAll("malformed") String malformed,
      @ForAll List<Byte> cuts) {
    received.clear();
    String bytes = String.join("", requests.stream().map(Asked::bytes).toList()) + malformed;
    try (RawConnection client = node.connect()) {
      Thread sending = Thread.ofVirtual().start(() -> send(client, bytes, cuts));
      for (Asked request : requests) {
        String answer = request.method().equals("HEAD") ? client.readHead() : client.readResponse();
        assertThat(answer).as(request.seen()).startsWith("HTTP/1.1 200 ");
      }
      if (!malformed.isEmpty()) {
        assertThat(client.readAll()).startsWith("HTTP/1.1 400 ");
      }
      sending.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(broken).isEmpty();
    assertThat(
            received.stream().map(seen -> seen.method() + " " + seen.target() + " " + seen.body()))
        .containsExactlyElementsOf(requests.stream().map(Asked::seen).toList());
    for (int i = 0; i < requests.size(); i++) {
      assertEndToEnd(requests.get(i), received.stream().toList().get(i));
    }
  }

  /** What concerned the client's connection alone is gone, the rest is there as it was. */
  private static void assertEndToEnd(Asked asked, Received seen) {
    assertThat(seen.field("host")).isEqualTo("a.example");
    Stream<String> hopByHop = asked.fields().stream().filter(field -> field.startsWith("X-Hop"));
    boolean named = asked.fields().contains("Connection: x-hop");
    hopByHop.forEach(_ -> assertThat(seen.fields().contains("x-hop: only here")).isEqualTo(!named));
    if (asked.fields().contains("X-Bytes: \u00e9\u00ff")) {
      assertThat(seen.fields()).contains("x-bytes: \u00e9\u00ff");
    }
    if (asked.fields().contains("X-Spaced: \t a b\t ")) {
      assertThat(seen.fields()).contains("x-spaced: a b");
    }
  }

  private static void send(RawConnection client, String bytes, List<Byte> cuts) {
    try {
      for (String piece : pieces(bytes, cuts)) {
        client.send(piece);
      }
    } catch (UncheckedIOException e) {
      // The node has refused what came before, and closed.
    }
  }

  private static List<String> pieces(String text, List<Byte> cuts) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (Byte cut : cuts) {
      int to = Math.min(text.length(), from + Math.abs(cut));
      pieces.add(text.substring(from, to));
      from = to;
    }
    pieces.add(text.substring(from));
    return pieces;
  }
}
