package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may come in, by a client's address behind a trusted proxy. */
class AccessTest {
  @TempDir private static Path folder;

  private static TestNode node;

  @BeforeAll
  static void start() throws IOException {
    Files.writeString(folder.resolve("office.txt"), "# the office\n198.51.100.0/25 # floor 1\n\n");
    node = TestNode.startReloadable(AccessTest::configuration);
  }

  private static String configuration() {
    return """
    admin: {bind: "127.0.0.1:0"}
    node: {eventLoops: 1}
    telemetry: {accessLog: {format: off}}
    listeners: [{name: http, bind: "127.0.0.1:0", trustedProxies: [127.0.0.1]}]
    access:
      - {name: office, cidrs: [192.0.2.0/24, "2001:db8::/32"], file: "%s"}
      - {name: guests, cidrs: [192.0.2.128/25]}
    routes:
      - {name: office, match: {path: /office}, access: {allow: [office], deny: [guests]}, respond: {body: in}}
      - {name: most, match: {path: /most}, access: {deny: [guests, office]}, respond: {body: in}}
    """
        .formatted(folder.resolve("office.txt"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String ask(String path, String client) {
    try (RawConnection connection = node.connect()) {
      return connection
          .send("GET %s HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: %s\r\n\r\n".formatted(path, client))
          .readResponse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/office, 192.0.2.1,     200",
    "/office, 192.0.2.200,   403",
    "/office, 198.51.100.7,  200",
    "/office, 198.51.100.200, 403",
    "/office, 2001:db8::7,   200",
    "/office, 2001:db9::7,   403",
    "/office, '',            403",
    "/most,   203.0.113.1,   200",
    "/most,   ::ffff:192.0.2.1, 403",
    "/most,   192.0.2.200,   403",
  })
  void aListSaysWhoMayCome(String path, String client, int status) {
    assertThat(ask(path, client)).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void whoMayNotIsToldSoWithAReason() {
    assertThat(ask("/office", "203.0.113.1"))
        .startsWith("HTTP/1.1 403 Forbidden\r\n")
        .contains("\"reason\":\"forbidden\"");
  }

  @Test
  void aReloadReadsTheFileAgain() throws IOException {
    assertThat(ask("/office", "203.0.113.77")).startsWith("HTTP/1.1 403 ");
    Files.writeString(folder.resolve("office.txt"), "198.51.100.0/25\n203.0.113.77\n");
    assertThat(node.reload()).isEmpty();
    assertThat(ask("/office", "203.0.113.77")).startsWith("HTTP/1.1 200 ");
  }
}
