package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the edge refuses, and that it then closes. {@code ~} stands for CR LF. */
class GuardTest {
  private static TestNode node;

  @BeforeAll
  static void start() {
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners:
              - {name: http, bind: "127.0.0.1:0", limits: {headerCount: 10, requestLine: 1KiB, headers: 4KiB}}
            routes:
              - {name: all, match: {path: /}, respond: {body: fine}}
              - {name: admin, match: {path: /admin}, respond: {status: 403, body: no}}
            """);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "no Host,                        'GET / HTTP/1.1~~',                                           "
        + "  400",
    "two Hosts,                      'GET / HTTP/1.1~Host: a~Host: b~~',                           "
        + "  400",
    "a Host with userinfo,           'GET / HTTP/1.1~Host: a@b~~',                                 "
        + "  400",
    "a Host with a path,             'GET / HTTP/1.1~Host: a/b~~',                                 "
        + "  400",
    "length and chunks,              'POST / HTTP/1.1~Host: a~Content-Length: 1~Transfer-Encoding:"
        + " chunked~~', 400",
    "two lengths,                    'POST / HTTP/1.1~Host: a~Content-Length: 1~Content-Length:"
        + " 2~~', 400",
    "a coding that is not chunked,   'POST / HTTP/1.1~Host: a~Transfer-Encoding: xchunked~~',      "
        + "  400",
    "gzip under chunks,              'POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~', "
        + "  501",
    "chunks in HTTP/1.0,             'POST / HTTP/1.0~Host: a~Transfer-Encoding: chunked~~',       "
        + "  400",
    "a field without a name,         'GET / HTTP/1.1~Host: a~: x~~',                               "
        + "  400",
    "a space before the colon,       'GET / HTTP/1.1~Host: a~X : y~~',                             "
        + "  400",
    "CONNECT,                        'CONNECT a:443 HTTP/1.1~Host: a:443~~',                       "
        + "  405",
    "TRACE,                          'TRACE / HTTP/1.1~Host: a~~',                                 "
        + "  405",
    "a climb above the root,         'GET /../x HTTP/1.1~Host: a~~',                               "
        + "  400",
    "an encoded NUL,                 'GET /a%00 HTTP/1.1~Host: a~~',                               "
        + "  400",
    "a fragment,                     'GET /a#b HTTP/1.1~Host: a~~',                                "
        + "  400",
    "a broken escape,                'GET /%zz HTTP/1.1~Host: a~~',                                "
        + "  400",
    "a space in the target,          'GET /a b HTTP/1.1~Host: a~~',                                "
        + "  400",
    "not HTTP,                       'HELLO~~',                                                    "
        + "  400",
  })
  void isRefusedAndTheConnectionClosed(String what, String request, int status) {
    try (RawConnection client = node.connect()) {
      String response = client.send(request.replace("~", "\r\n")).readAll();
      assertThat(response).as(what).startsWith("HTTP/1.").contains(" " + status + " ");
      assertThat(response).contains("application/problem+json");
    }
  }

  @Test
  void tooManyFieldsAndTooLongALineAreRefused() {
    try (RawConnection client = node.connect()) {
      String many = "X: y\r\n".repeat(11);
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n" + many + "\r\n").readAll())
          .startsWith("HTTP/1.1 431 ");
    }
    try (RawConnection client = node.connect()) {
      assertThat(client.send("GET /" + "a".repeat(2000) + " HTTP/1.1\r\nHost: a\r\n\r\n").readAll())
          .contains(" 414 ");
    }
    try (RawConnection client = node.connect()) {
      String large = "X: " + "y".repeat(5000) + "\r\n";
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n" + large + "\r\n").readAll())
          .contains(" 431 ");
    }
  }

  @Test
  void nothingBehindARefusedRequestIsServed() {
    try (RawConnection client = node.connect()) {
      String response =
          client
              .send(
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"
                      + "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n")
              .readAll();
      assertThat(response).contains(" 400 ").doesNotContain("403");
    }
  }

  @ParameterizedTest
  @CsvSource({"'GET / HTTP/1.1~Host: a~~', 403", "'HELLO~~', 400"})
  void nothingBehindTheLastRequestIsAnswered(String behind, int status) {
    try (RawConnection client = node.connect()) {
      String last = "GET / HTTP/1.1~Host: a~Connection: keep-alive, close~~";
      String response = client.send((last + behind).replace("~", "\r\n")).readAll();
      assertThat(response).contains("fine").doesNotContain(" " + status + " ");
      assertThat(response.split("HTTP/1\\.1 ", -1)).hasSize(2);
    }
  }

  @Test
  void aRefusalOverHttp10SaysThatItCloses() {
    try (RawConnection client = node.connect()) {
      assertThat(client.send("TRACE / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").readAll())
          .contains("connection: close")
          .doesNotContain("keep-alive");
    }
  }

  /** A reset may take the answer from a client that has not read it (RFC 9112 section 9.6). */
  @Test
  void whoIsRefusedWhileItSendsIsNotReset() throws Exception {
    try (RawConnection client = node.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(3_000_000));
      String response = new String(client.input().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(response).startsWith("HTTP/1.1 431 ").endsWith("}");
    }
  }

  @ParameterizedTest
  @CsvSource({"/admin", "/x/../admin", "/%61dmin", "/./admin/", "//admin", "/x/%2e%2e/admin"})
  void noSpellingOfAPathFoolsTheRouter(String path) {
    try (RawConnection client = node.connect()) {
      assertThat(client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").readResponse())
          .startsWith("HTTP/1.1 403 ");
    }
  }
}
