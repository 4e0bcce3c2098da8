package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.H2Connection;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.tls.CertificateFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes before a response's head and after its body: 103 and trailers. */
class AroundTheResponseTest {
  private static final String HINTED =
      "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: X-Hop\r\n"
          + "X-Hop: 1\r\n\r\n"
          + RawBackend.ok("hi");
  private static final String TRAILED =
      "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "2\r\nhi\r\n0\r\nX-Sum: 7\r\nSet-Cookie: a=b\r\nContent-Length: 9\r\n\r\n";

  @TempDir private Path directory;

  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  private TestNode node(String response) throws Exception {
    CertificateFiles.in(directory).create(List.of("localhost"), Clock.systemUTC());
    RawBackend backend =
        new RawBackend(
            connection -> {
              String head = connection.readHead();
              while (!head.isEmpty()) {
                heads.add(head.toLowerCase(Locale.ROOT));
                connection.send(response);
                head = connection.readHead();
              }
            });
    opened.add(backend);
    TestNode node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners:
              - {name: http, bind: "127.0.0.1:0"}
              - name: https
                bind: "127.0.0.1:0"
                protocols: [h2]
                tls: {certificates: [{certificate: %s/server.pem, privateKey: %s/server.key}]}
            upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%d"}]}]
            routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
            """
                .formatted(directory, directory, backend.port()));
    opened.add(node);
    return node;
  }

  private RawConnection ask(TestNode node, String fields) {
    RawConnection client = node.connect();
    opened.add(client);
    return client.send("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
  }

  private H2Connection h2(TestNode node) {
    H2Connection client = new H2Connection(node.port("https"));
    opened.add(client);
    return client;
  }

  @Test
  void hintsReachAClientBeforeTheResponse() throws Exception {
    RawConnection client = ask(node(HINTED), "");
    assertThat(client.readHead())
        .startsWith("HTTP/1.1 103 Early Hints\r\n")
        .containsIgnoringCase("link: </a.css>; rel=preload")
        .doesNotContainIgnoringCase("x-hop");
    assertThat(client.readResponse()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hi");
  }

  @Test
  void hintsReachAClientOfHttp2() throws Exception {
    H2Connection client = h2(node(HINTED));
    client.get("/");
    assertThat(client.next()).isEqualTo("3 103");
    assertThat(client.next()).isEqualTo("3 200");
    assertThat(client.next()).isEqualTo("3 data hi");
  }

  @Test
  void aClientOfHttp10GetsNoHints() throws Exception {
    RawConnection client = node(HINTED).connect();
    opened.add(client);
    assertThat(client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n").readAll())
        .startsWith("HTTP/1.0 200")
        .doesNotContain("103 Early");
  }

  @Test
  void trailersReachAClientThatWantsThem() throws Exception {
    RawConnection client = ask(node(TRAILED), "TE: trailers\r\nConnection: TE, close\r\n");
    String all = client.readAll();
    assertThat(all.toLowerCase(Locale.ROOT))
        .contains("\r\ntrailer: x-sum\r\n")
        .endsWith("hi\r\n0\r\nx-sum: 7\r\n\r\n");
    assertThat(heads.poll(10, TimeUnit.SECONDS))
        .contains("te: trailers\r\n")
        .contains("connection: te\r\n");
  }

  @Test
  void trailersOfAResponseAreDroppedForAClientThatDoesNot() throws Exception {
    RawConnection client = ask(node(TRAILED), "TE: trailers\r\nConnection: close\r\n");
    assertThat(client.readAll()).endsWith("hi\r\n0\r\n\r\n").doesNotContain("X-Sum");
    assertThat(heads.poll(10, TimeUnit.SECONDS)).doesNotContain("te: trailers");
  }

  @Test
  void trailersReachAClientOfHttp2() throws Exception {
    H2Connection client = h2(node(TRAILED));
    client.get("/", "te", "trailers");
    assertThat(client.next()).isEqualTo("3 200");
    assertThat(client.next()).isEqualTo("3 data hi");
    assertThat(client.next()).isEqualTo("3 null"); // a head without a status
    assertThat(client.next()).isEqualTo("3 end");
  }
}
