package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a node answers by itself. */
class AnswersTest {
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
              - {name: http, bind: "127.0.0.1:0"}
              - {name: plain, bind: "127.0.0.1:0", redirectToHttps: 8443}
            routes:
              - {name: teapot, match: {path: /teapot}, respond: {status: 418, body: short and stout}}
              - {name: old, match: {path: {exact: /old}}, redirect: {to: /new, status: 301}}
              - {name: shop, match: {hosts: [shop.example], path: /}, respond: {body: the shop}}
            """);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String ask(String listener, String head) {
    try (RawConnection client = new RawConnection(node.port(listener))) {
      return client.send(head.replace("~", "\r\n") + "\r\n\r\n").readResponse();
    }
  }

  @Test
  void respondAnswersWithItsBody() {
    assertThat(ask("http", "GET /teapot/any HTTP/1.1~Host: a"))
        .startsWith("HTTP/1.1 418 ")
        .contains("Content-Type: text/plain")
        .endsWith("\r\n\r\nshort and stout");
  }

  @Test
  void headHasTheLengthAndNoBody() {
    try (RawConnection client = node.connect()) {
      client.send("HEAD /teapot HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(client.readAll()).contains("Content-Length: 15").endsWith("\r\n\r\n");
    }
  }

  @Test
  void redirectSaysWhere() {
    assertThat(ask("http", "GET /old HTTP/1.1~Host: a"))
        .startsWith("HTTP/1.1 301 ")
        .contains("Location: /new\r\n");
    assertThat(ask("http", "GET /old/x HTTP/1.1~Host: a")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void theHostIsComparedWithoutCaseAndPort() {
    assertThat(ask("http", "GET / HTTP/1.1~Host: SHOP.example:99")).endsWith("the shop");
  }

  @Test
  void whatMatchesNoRouteIsNotFoundWithAReason() {
    assertThat(ask("http", "GET / HTTP/1.1~Host: other.example"))
        .startsWith("HTTP/1.1 404 ")
        .contains("\"reason\":\"no_route\"");
  }

  @Test
  void thePlainListenerSendsEverybodyToHttps() {
    assertThat(ask("plain", "POST /a?b=c HTTP/1.1~Host: shop.example:8080~Content-Length: 0"))
        .startsWith("HTTP/1.1 308 ")
        .contains("Location: https://shop.example:8443/a?b=c\r\n");
  }

  @Test
  void anUnreadBodyDoesNotDisturbTheNextRequest() {
    try (RawConnection client = node.connect()) {
      client.send("POST /teapot HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 418");
      client.send("abcGET /old HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 301");
    }
  }
}
