package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What routes change in messages that pass: over sockets, to a backend that tells what it saw. */
class TransformTest {
  private static final BlockingQueue<String> HEADS = new LinkedBlockingQueue<>();

  private static RawBackend backend;

  private static RawBackend next;

  private static TestNode node;

  @BeforeAll
  static void start() {
    backend =
        new RawBackend(
            connection -> {
              String head = connection.readHead();
              while (!head.isEmpty()) {
                HEADS.add(head);
                connection.send(
                    "HTTP/1.1 200 OK\r\nServer: secret/1.0\r\nX-Kept: yes\r\nX-Two: a\r\n"
                        + "Cache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nhi");
                head = connection.readHead();
              }
            });
    next = RawBackend.answering(RawBackend.ok("next"));
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0", trustedProxies: [127.0.0.1]}]
            upstreams:
              - {name: u, backends: [{address: "http://127.0.0.1:%1$d"}]}
              - {name: next, backends: [{address: "http://127.0.0.1:%2$d"}]}
            routes:
              - name: edited
                match: {path: /edited}
                requestHeaders:
                  set: {X-Edge: "${node.id}", X-Who: "${client.ip}/${request.id}", X-Empty: "${request.query}", Cookie: a=b}
                  add: {X-Asked: "${request.method} ${request.scheme} ${request.host}${request.path}", X-Edge: again}
                  remove: [X-Internal]
                responseHeaders:
                  set: {X-Content-Type-Options: nosniff, X-Two: "${route.name}"}
                  add: {X-Kept: too}
                  remove: [server]
                proxy: {upstream: u}
              - name: stored
                match: {path: /stored}
                responseHeaders: {set: {X-For: "${client.ip}"}}
                cache: {}
                proxy: {upstream: u}
              - name: rewritten
                match: {path: /api}
                rewrite: {stripPrefix: /api, addPrefix: /v2}
                requestHeaders: {set: {X-Path: "${request.path}"}}
                cache: {}
                proxy: {upstream: u}
              - name: replaced
                match: {path: /old}
                rewrite: {regex: "^/old/([^/]*)(.*)", to: "$2/$1"}
                proxy: {upstream: u}
              - name: moved
                match: {path: /moved}
                redirect: {to: "https://new.example${request.path}?${request.query}"}
              - name: split
                match: {path: /split}
                proxy: {weighted: {u: 50, next: 50}}
              - name: own
                match: {path: /own}
                responseHeaders: {set: {Content-Type: text/html, X-Path: "${request.path}"}}
                respond: {body: own}
            """
                .formatted(backend.port(), next.port()));
  }

  @AfterAll
  static void stop() {
    node.close();
    backend.close();
    next.close();
  }

  @BeforeEach
  void forget() {
    HEADS.clear();
  }

  private static String ask(String request, String... fields) {
    try (RawConnection client = node.connect()) {
      String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
      return client
          .send(request + " HTTP/1.1\r\nHost: Shop.example:81\r\n" + more + "\r\n")
          .readResponse();
    }
  }

  private static String seen() throws InterruptedException {
    String head = HEADS.poll(10, TimeUnit.SECONDS);
    if (head == null) {
      throw new AssertionError("the backend saw no request");
    }
    return head;
  }

  @Test
  void aBackendSeesWhatTheRouteSetsAndAddsAndNotWhatItRemoves() throws InterruptedException {
    ask(
        "GET /edited/x",
        "x-internal: secret",
        "X-Edge: forged",
        "x-asked: before",
        "X-Empty: full",
        "X-Request-Id: id-1",
        "X-Forwarded-For: 192.0.2.7",
        "Cookie: mine=1");
    String head = seen();
    assertThat(head)
        .contains("\r\nX-Edge: test\r\nX-Who: 192.0.2.7/id-1\r\n")
        .contains("\r\nX-Asked: GET http shop.example/edited/x\r\nX-Edge: again\r\n")
        .contains("x-asked: before\r\n")
        .contains("\r\nCookie: a=b\r\n")
        .doesNotContain("forged", "secret", "mine=1");
    assertThat(head.toLowerCase(Locale.ROOT)).doesNotContain("x-empty", "x-internal");
  }

  @Test
  void aClientSeesWhatTheRouteSetsAndAddsAndNotWhatItRemoves() {
    assertThat(ask("GET /edited/x"))
        .startsWith("HTTP/1.1 200 ")
        .contains("X-Content-Type-Options: nosniff\r\n")
        .contains("X-Two: edited\r\n")
        .contains("X-Kept: yes\r\n", "X-Kept: too\r\n")
        .containsIgnoringCase("Via: 1.1 atoll\r\n")
        .doesNotContain("Server:", "X-Two: a")
        .endsWith("hi");
  }

  @Test
  void whatIsStoredIsNotEditedAndEachClientGetsItsOwn() {
    assertThat(ask("GET /stored", "X-Forwarded-For: 192.0.2.1"))
        .contains("X-For: 192.0.2.1\r\n")
        .contains("fwd=uri-miss");
    assertThat(ask("GET /stored", "X-Forwarded-For: 192.0.2.2"))
        .contains("X-For: 192.0.2.2\r\n")
        .doesNotContain("192.0.2.1")
        .contains("atoll; hit");
  }

  @Test
  void whatTheNodeAnswersItselfIsEditedToo() {
    assertThat(ask("GET /own/%61//b"))
        .contains("Content-Type: text/html\r\n")
        .contains("X-Path: /own/a/b\r\n")
        .doesNotContain("text/plain");
  }

  @Test
  void aBackendIsAskedForAnotherPathAndTheCacheKeepsTheClients() throws InterruptedException {
    assertThat(ask("GET /api/items?page=2")).contains("fwd=uri-miss");
    assertThat(seen()).startsWith("GET /v2/items?page=2 HTTP/1.1\r\n").contains("/api/items\r\n");
    assertThat(ask("GET /api/items?page=2")).contains("atoll; hit");
    assertThat(ask("GET /v2/items?page=2")).startsWith("HTTP/1.1 404 ");
    ask("GET /api/a/%2e%2e/b");
    assertThat(seen()).startsWith("GET /v2/b HTTP/1.1\r\n");
  }

  @Test
  void anExpressionReplacesAndTheQueryStays() throws InterruptedException {
    ask("GET /old/a/b?c");
    assertThat(seen()).startsWith("GET /b/a?c HTTP/1.1\r\n");
    assertThat(ask("GET /old/a")).startsWith("HTTP/1.1 200 ");
    assertThat(seen()).startsWith("GET /a HTTP/1.1\r\n");
    assertThat(ask("GET /oldest")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void aRedirectKeepsPathAndQuery() {
    assertThat(ask("GET /moved//a?b=c"))
        .startsWith("HTTP/1.1 308 ")
        .contains("Location: https://new.example/moved/a?b=c\r\n");
  }

  @Test
  void aSplitKeepsEachClientOnItsSide() {
    Map<Boolean, Integer> sides = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      String client = "X-Forwarded-For: 192.0.2." + i;
      boolean isNext = ask("GET /split", client).endsWith("next");
      assertThat(ask("POST /split", client, "Content-Length: 0").endsWith("next"))
          .isEqualTo(isNext);
      sides.merge(isNext, 1, Integer::sum);
    }
    assertThat(sides).containsOnlyKeys(true, false);
  }

  @Test
  void aVariableCarriesNoLineIntoAField() throws InterruptedException {
    assertThat(ask("GET /own/%0D%0AX-Evil:%201")).contains("X-Path: /own/%0D%0AX-Evil:%201\r\n");
    ask("GET /edited/x?a=%0d%0aX-Evil:1", "X-Request-Id: a b", "X-Forwarded-For: evil");
    assertThat(seen())
        .contains("X-Empty: a=%0d%0aX-Evil:1\r\n")
        .containsPattern("\r\nX-Who: 127.0.0.1/[0-9a-f-]{36}\r\n");
  }
}
