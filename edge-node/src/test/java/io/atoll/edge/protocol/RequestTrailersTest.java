package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Trailers of requests over HTTP/1.1, on their way to a backend that speaks it too. */
class RequestTrailersTest {
  private static final String BODY = "3\r\nabc\r\n0\r\n";

  @RegisterExtension private final Scene scene = new Scene();
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  private RawConnection client() {
    RawBackend backend =
        scene.backend(
            connection -> {
              String head = connection.readHead();
              while (!head.isEmpty()) {
                StringBuilder body = new StringBuilder(connection.read(BODY.length()));
                while (body.indexOf("\r\n\r\n") < 0) {
                  body.append(connection.read(1));
                }
                seen.add(head + body);
                connection.send(RawBackend.ok("hi"));
                head = connection.readHead();
              }
            });
    TestNode node =
        scene.node(
            """
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams: [{name: u, backends: %s}]
            routes:
              - name: all
                match: {path: /}
                requestHeaders: {remove: [X-Inner]}
                proxy: {upstream: u}
            """
                .formatted(Scene.backends(backend.port())));
    return scene.connect(node);
  }

  private static String post(String fields, String trailers) {
    return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        + fields
        + "\r\n"
        + BODY
        + trailers
        + "\r\n";
  }

  private String next() throws InterruptedException {
    return Objects.requireNonNull(seen.poll(10, TimeUnit.SECONDS));
  }

  @Test
  void theyArriveBehindTheBodyAndAreAnnounced() throws Exception {
    RawConnection client = client();
    client.send(post("Trailer: X-Sum\r\n", "X-Sum: 42\r\nX-Sum: \u00e9\r\n")).readResponse();
    assertThat(next())
        .contains("\r\nTrailer: X-Sum\r\n")
        .endsWith("\r\n0\r\nX-Sum: 42\r\nX-Sum: \u00e9\r\n\r\n");
    client.send(post("", "")).readResponse(); // the next has none of them
    assertThat(next()).doesNotContain("Trailer").endsWith("\r\n" + BODY + "\r\n");
  }

  @Test
  void whatSaysWhereAMessageEndsOrWhoAsksIsDropped() throws Exception {
    client()
        .send(
            post(
                "",
                "Content-Length: 3\r\nTransfer_Encoding: x\r\nHost: b\r\nConnection: close\r\n"
                    + "X-Forwarded-For: 192.0.2.1\r\nCookie: a=1\r\nAuthorization: b\r\n"
                    + "X-Inner: route\r\nX-Kept: 1\r\n"))
        .readResponse();
    assertThat(next()).endsWith(BODY + "X-Kept: 1\r\n\r\n");
  }
}
