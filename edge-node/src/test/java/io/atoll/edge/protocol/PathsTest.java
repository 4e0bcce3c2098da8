package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A path has one form, in which it is matched, stored and forwarded, however it is spelled. */
class PathsTest {
  private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private TestNode node;

  @BeforeEach
  void start() {
    RawBackend backend =
        new RawBackend(
            connection -> {
              String head = connection.readHead();
              while (!head.isEmpty()) {
                heads.add(head);
                connection.send(
                    "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nhi");
                head = connection.readHead();
              }
            });
    opened.add(backend);
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%d"}]}]
            routes:
              - {name: all, proxy: {upstream: u}}
              - {name: admin, match: {path: /admin}, respond: {status: 403, body: admin}}
              - {name: stored, match: {path: /stored}, cache: {}, proxy: {upstream: u}}
            """
                .formatted(backend.port()));
    opened.add(node);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  private String ask(String path) {
    try (RawConnection client = node.connect()) {
      return client
          .send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
          .readAll();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin",
        "/admin/",
        "/admin/x",
        "/a/../admin",
        "/%61dmin",
        "/%61%64%6D%69%6e",
        "/a/%2e%2e/admin",
        "/a/%2E%2e/admin",
        "/a/.%2E/admin",
        "/./admin",
        "/%2e/admin",
        "//admin",
        "///admin//",
        "/a//../admin",
        "/admin/.",
        "/admin/x/..",
        "/admin?/../x",
      })
  void everySpellingOfAPathIsTheSamePath(String path) {
    assertThat(ask(path)).startsWith("HTTP/1.1 403 ").endsWith("admin");
    assertThat(heads).isEmpty();
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /a%2fadmin       | /a%2Fadmin
          /a%5cadmin       | /a%5Cadmin
          /admin;x=1       | /admin;x=1
          /admin%3bx       | /admin%3Bx
          /admin%20        | /admin%20
          /Admin           | /Admin
          /administration  | /administration
          /%c3%a4          | /%C3%A4
          /%2561dmin       | /%2561dmin
          /b//c/./d/../e/  | /b/c/e/
          /b?x=/../y%2e    | /b?x=/../y%2e
          /a%2b%2Bc+d      | /a%2B%2Bc+d
          /~user/%7Euser   | /~user/~user
          """)
  void whatIsAnotherPathIsForwardedInItsNormalForm(String path, String forwarded) {
    assertThat(ask(path)).startsWith("HTTP/1.1 200 ");
    assertThat(heads.remove()).startsWith("GET " + forwarded + " HTTP/1.1\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/../admin",
        "/%2e%2e/admin",
        "/a/../../admin",
        "/a\\..\\admin",
        "/a/..\\admin",
        "/admin%00",
        "/%",
        "/%6",
        "/%6g",
        "/a/..%2fadmin",
        "/a/%2E%2E%2Fadmin",
        "/a%2f..%2fadmin",
        "/a/..%5cadmin",
        "/a/..;/admin",
        "/a/.;/admin",
        "/a/..;x=1/admin",
        "/\u00e4",
        "/a#b",
        "http://a@b/admin",
        "http:///admin",
        "ftp://a/admin",
        "admin",
        "x:/admin",
      })
  void whatHasNoFormThatAllAgreeOnIsRefused(String path) {
    assertThat(ask(path)).startsWith("HTTP/1.1 400 ");
    assertThat(heads).isEmpty();
  }

  @Test
  void oneObjectIsStoredForAllSpellings() {
    for (String path : List.of("/stored/x", "/stored//x", "/%73tored/a/%2E./x", "/stored/./%78")) {
      assertThat(ask(path)).startsWith("HTTP/1.1 200 ").endsWith("hi");
    }
    assertThat(heads).hasSize(1);
    ask("/stored/x%2F");
    ask("/stored/x/");
    assertThat(heads).hasSize(3);
  }
}
