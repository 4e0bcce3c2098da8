package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.TestNode;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What attackers send to have one request read as two, or by another than it is for: each is
 * refused with its status, counted by its reason, the connection closed, and no byte of it reaches
 * the backend. {@code ~} stands for CR LF.
 */
class HostileBytesTest {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1~Host: a~~";
  private static final Queue<String> reached = new ConcurrentLinkedQueue<>();
  private static final int ADMIN = new FreePorts(1).next();

  private static TestNode node;

  private static RawBackend backend;

  @BeforeAll
  static void start() {
    backend =
        new RawBackend(
            connection -> {
              for (String head = connection.readHead();
                  !head.isEmpty();
                  head = connection.readHead()) {
                reached.add(head);
                if (head.contains("chunked")) {
                  reached.add(connection.readAll()); // until the node gives up
                  return;
                }
                connection.send(RawBackend.ok("fine"));
              }
            });
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:%d"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%d"}]}]
            routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
            """
                .formatted(ADMIN, backend.port()));
  }

  @AfterAll
  static void stop() {
    node.close();
    backend.close();
  }

  private static Arguments row(String what, int status, String reason, String bytes) {
    return Arguments.of(what, status, reason, bytes);
  }

  static Stream<Arguments> heads() {
    return Stream.of(
        // RFC 9112 section 2.2 and 3: lines
        row("a line's end of LF", 400, "syntax", "GET / HTTP/1.1\nHost: a~~"),
        row("a field's end of LF", 400, "syntax", "GET / HTTP/1.1~Host: a\n~"),
        row("an empty line of LF", 400, "syntax", "GET / HTTP/1.1~Host: a~\n"),
        row("CR alone for a line's end", 400, "syntax", "GET / HTTP/1.1\rHost: a~~"),
        row("CR twice", 400, "syntax", "GET / HTTP/1.1\r~Host: a~~"),
        row("two empty lines in front", 400, "syntax", "~~GET / HTTP/1.1~Host: a~~"),
        row("LF in front", 400, "syntax", "\nGET / HTTP/1.1~Host: a~~"),
        row("a blank in front", 400, "syntax", " GET / HTTP/1.1~Host: a~~"),
        row("NUL in front", 400, "syntax", "\0GET / HTTP/1.1~Host: a~~"),
        row("two blanks", 400, "syntax", "GET  / HTTP/1.1~Host: a~~"),
        row("two blanks before the version", 400, "syntax", "GET /  HTTP/1.1~Host: a~~"),
        row("a tab", 400, "syntax", "GET\t/\tHTTP/1.1~Host: a~~"),
        row("a blank behind", 400, "syntax", "GET / HTTP/1.1 ~Host: a~~"),
        row("a form feed", 400, "syntax", "GET /\f HTTP/1.1~Host: a~~"),
        row("no target", 400, "syntax", "GET HTTP/1.1~Host: a~~"),
        row("no version", 400, "syntax", "GET /~~"),
        row("a method that is no token", 400, "syntax", "G(T / HTTP/1.1~Host: a~~"),
        row("a version in small letters", 400, "syntax", "GET / http/1.1~Host: a~~"),
        row("a version of two digits", 400, "syntax", "GET / HTTP/1.10~Host: a~~"),
        row("a version behind a zero", 400, "syntax", "GET / HTTP/01.1~Host: a~~"),
        row("HTTP/2", 505, "version", "GET / HTTP/2.0~Host: a~~"),
        row("HTTP/0.9", 505, "version", "GET / HTTP/0.9~Host: a~~"),
        row("the preface of HTTP/2", 505, "version", "PRI * HTTP/2.0~~SM~~"),
        row("TLS", 400, "syntax", "\u0016\u0003\u0001\u0002\u0000\u0001"),
        // section 3.2: targets
        row("a fragment", 400, "target", "GET /a#b HTTP/1.1~Host: a~~"),
        row("raw UTF-8 in a path", 400, "target", "GET /\u00c3\u00a9 HTTP/1.1~Host: a~~"),
        row("a backslash", 400, "target", "GET /a\\..\\b HTTP/1.1~Host: a~~"),
        row("a climb above the root", 400, "target", "GET /../x HTTP/1.1~Host: a~~"),
        row("an encoded NUL", 400, "target", "GET /%00 HTTP/1.1~Host: a~~"),
        row("authority-form", 400, "target", "GET a:80 HTTP/1.1~Host: a~~"),
        row("CONNECT", 405, "method", "CONNECT a:80 HTTP/1.1~Host: a:80~~"),
        row("an asterisk", 400, "target", "GET * HTTP/1.1~Host: a~~"),
        row("no slash", 400, "target", "GET x HTTP/1.1~Host: a~~"),
        row("another scheme", 400, "target", "GET ftp://a/ HTTP/1.1~Host: a~~"),
        row("user information", 400, "target", "GET http://u@a/ HTTP/1.1~Host: a~~"),
        row("no authority", 400, "target", "GET http:///x HTTP/1.1~Host: a~~"),
        row("no absolute authority", 400, "host", "GET http://a:b:c/x HTTP/1.1~Host: a~~"),
        row("an absolute target without Host", 400, "host", "GET http://a/ HTTP/1.1~~"),
        // section 3.2 of Host
        row("no Host", 400, "host", "GET / HTTP/1.1~~"),
        row("two Hosts", 400, "host", "GET / HTTP/1.1~Host: a~Host: a~~"),
        row("two Hosts of HTTP/1.0", 400, "host", "GET / HTTP/1.0~Host: a~Host: b~~"),
        row("a list of Hosts", 400, "host", "GET / HTTP/1.1~Host: a, b~~"),
        row("an empty Host", 400, "host", "GET / HTTP/1.1~Host:~~"),
        row("Host with user information", 400, "host", "GET / HTTP/1.1~Host: a@b~~"),
        row("Host with a path", 400, "host", "GET / HTTP/1.1~Host: a/b~~"),
        row("Host with a blank", 400, "host", "GET / HTTP/1.1~Host: a b~~"),
        row("Host with a port too large", 400, "host", "GET / HTTP/1.1~Host: a:70000~~"),
        row("Host with a port of letters", 400, "host", "GET / HTTP/1.1~Host: a:x~~"),
        row("Host behind a fold", 400, "fields", "GET / HTTP/1.1~Host:~ a~~"),
        // section 5: fields
        row("a blank before the colon", 400, "fields", "GET / HTTP/1.1~Host : a~~"),
        row("a tab before the colon", 400, "fields", "GET / HTTP/1.1~Host: a~X\t: y~~"),
        row("no name", 400, "fields", "GET / HTTP/1.1~Host: a~: x~~"),
        row("no colon", 400, "fields", "GET / HTTP/1.1~Host: a~X~~"),
        row("a folded line", 400, "fields", "GET / HTTP/1.1~Host: a~X: y~ z~~"),
        row("a blank in front of fields", 400, "fields", "GET / HTTP/1.1~ X: y~Host: a~~"),
        row("NUL in a value", 400, "fields", "GET / HTTP/1.1~Host: a~X: y\0z~~"),
        row("CR in a value", 400, "fields", "GET / HTTP/1.1~Host: a~X: y\rz~~"),
        row("DEL in a value", 400, "fields", "GET / HTTP/1.1~Host: a~X: \u007f~~"),
        row("a name that is no token", 400, "fields", "GET / HTTP/1.1~Host: a~X(y: z~~"),
        row("a name of UTF-8", 400, "fields", "GET / HTTP/1.1~Host: a~\u00c3\u00a9: z~~"),
        row("too many fields", 431, "too_many_fields", head("X: y~".repeat(100))),
        row("too large fields", 431, "fields_too_large", head("X: " + "y".repeat(40_000) + "~")),
        row("too long a target", 414, "request_line", "GET /" + "a".repeat(9_000) + " HTTP/1.1~~"),
        // section 6: framing
        row("CL.TE", 400, "framing", post("Content-Length: 6", chunked(), "0~~" + SMUGGLED)),
        row("TE.CL", 400, "framing", post(chunked(), "Content-Length: 4", "0~~" + SMUGGLED)),
        row("CL.0", 400, "framing", post("Content-Length: 0", "Content-Length: 32", SMUGGLED)),
        row("chunked twice", 400, "framing", post(chunked(), chunked(), "0~~" + SMUGGLED)),
        row("TE.TE", 400, "framing", post(chunked(), "Transfer-Encoding: x", "0~~" + SMUGGLED)),
        row("a list of codings", 400, "framing", post(te("chunked, identity"), "0~~" + SMUGGLED)),
        row("identity", 400, "framing", post(te("identity"), SMUGGLED)),
        row("a coding like chunked", 400, "framing", post(te("xchunked"), "0~~" + SMUGGLED)),
        row("a quoted coding", 400, "framing", post(te("\"chunked\""), "0~~" + SMUGGLED)),
        row("chunked with a parameter", 400, "framing", post(te("chunked;a=b"), "0~~" + SMUGGLED)),
        row("an empty coding", 400, "framing", post(te(""), "0~~" + SMUGGLED)),
        row("gzip in chunks", 501, "transfer_coding", post(te("gzip, chunked"), "0~~" + SMUGGLED)),
        row("a vertical tab", 400, "fields", post(te("\u000bchunked"), "0~~" + SMUGGLED)),
        row("a folded coding", 400, "fields", post("Transfer-Encoding:~ chunked", SMUGGLED)),
        row("a spaced coding", 400, "fields", post("Transfer-Encoding : chunked", SMUGGLED)),
        row("an underscore", 400, "framing", post("Transfer_Encoding: chunked", SMUGGLED)),
        row("a dot", 400, "framing", post("Transfer.Encoding: chunked", SMUGGLED)),
        row("an underscore in a length", 400, "framing", post("Content_Length: 32", SMUGGLED)),
        row("no hyphen", 400, "framing", post("ContentLength: 32", SMUGGLED)),
        row("chunks of HTTP/1.0", 400, "framing", "POST / HTTP/1.0~Host: a~" + chunked() + "~~0~~"),
        row("a length of 1_0", 400, "framing", length("1_0")),
        row("a length of +1", 400, "framing", length("+1")),
        row("a length of -1", 400, "framing", length("-1")),
        row("a length of 0x1", 400, "framing", length("0x1")),
        row("a length of 1e1", 400, "framing", length("1e1")),
        row("a length of 1.0", 400, "framing", length("1.0")),
        row("a length behind a zero", 400, "framing", length("010")),
        row("no length", 400, "framing", length("")),
        row("a list of lengths", 400, "framing", length("3, 3")),
        row("lengths with a blank", 400, "framing", length("1 0")),
        row("other digits", 400, "framing", length("\u00b2")),
        row("a length over 64 bits", 400, "framing", length("18446744073709551617")),
        row("a length over the limit", 413, "body", length("999999999999")),
        row(
            "one length twice",
            400,
            "framing",
            post("Content-Length: 3", "Content-Length: 3", "")));
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        row("LF behind a size", 400, "syntax", "3\nabc~0~~"),
        row("LF in an extension (CVE-2025-58056)", 400, "syntax", "3;a\nabc~0~~"),
        row("CR in an extension", 400, "chunk", "3;a\rb~abc~0~~"),
        row("LF in a quoted extension", 400, "syntax", "3;a=\"\n\"~abc~0~~"),
        row("CR LF in a quoted extension", 400, "chunk", "3;a=\"~\"~abc~0~~"),
        row("a quote without an end", 400, "chunk", "3;a=\"b~abc~0~~"),
        row("a size of 0x3", 400, "chunk", "0x3~abc~0~~"),
        row("a size of +3", 400, "chunk", "+3~abc~0~~"),
        row("a size of -1", 400, "chunk", "-1~abc~0~~"),
        row("a blank behind a size", 400, "chunk", "3 ~abc~0~~"),
        row("a blank before a size", 400, "chunk", " 3~abc~0~~"),
        row("no size", 400, "chunk", "~abc~0~~"),
        row("a size over 64 bits", 400, "chunk", "10000000000000003~abc~0~~"),
        row("a size behind zeros", 400, "chunk", "0000000000000003~abc~0~~"),
        row("a chunk too long", 400, "chunk", "3~abcd~0~~"),
        row("a chunk that ends in LF", 400, "syntax", "3~abc\n\n0~~"),
        row("a chunk that ends in CR CR", 400, "chunk", "3~abc\r\r0~~"),
        row("a trailer with a blank", 400, "fields", "0~T : x~~"),
        row("a folded trailer", 400, "fields", "0~T: x~ y~~"),
        row("a trailer that ends in LF", 400, "syntax", "0~T: x\n~"),
        row("too many trailers", 431, "too_many_fields", "0~" + "T: x~".repeat(101) + "~"),
        row("endless trailers", 431, "fields_too_large", "0~T: " + "x".repeat(40_000)));
  }

  private static String te(String coding) {
    return "Transfer-Encoding: " + coding;
  }

  private static String chunked() {
    return te("chunked");
  }

  private static String head(String fields) {
    return "GET / HTTP/1.1~Host: a~" + fields + "~";
  }

  private static String post(String field, String rest) {
    return "POST / HTTP/1.1~Host: a~" + field + "~~" + rest;
  }

  private static String post(String field, String another, String rest) {
    return post(field + "~" + another, rest);
  }

  private static String length(String value) {
    return post("Content-Length: " + value, "x".repeat(10));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heads")
  void isRefusedBeforeAByteReachesTheBackend(String what, int status, String reason, String bytes) {
    int before = reached.size();
    double counted = counted(reason);
    String answer = send(bytes + (bytes.endsWith("~~") ? SMUGGLED : ""));
    assertThat(answer).as(what).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer.split("HTTP/1.1 ", -1)).as("one answer").hasSize(2);
    assertThat(answer).containsIgnoringCase("connection: close").contains(reason);
    assertThat(counted(reason)).isEqualTo(counted + 1);
    assertThat(reached).hasSize(before);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void aBodyThatBreaksIsAnsweredAndNeverWholeToTheBackend(
      String what, int status, String reason, String bytes) {
    reached.clear();
    double counted = counted(reason);
    String answer = send(post(chunked(), bytes) + SMUGGLED);
    assertThat(answer).as(what).startsWith("HTTP/1.1 400 ");
    assertThat(answer.split("HTTP/1.1 ", -1)).as("one answer").hasSize(2);
    assertThat(answer).contains("bad_request").containsIgnoringCase("connection: close");
    assertThat(counted(reason)).isEqualTo(counted + 1);
    assertThat(reached)
        .noneMatch(text -> text.contains("smuggled"))
        .noneMatch(text -> text.endsWith("0\r\n\r\n"));
  }

  @Test
  void oneEmptyLineInFrontIsLetPass() {
    reached.clear();
    assertThat(send("~GET /x HTTP/1.1~Host: a~Connection: close~~")).startsWith("HTTP/1.1 200 ");
    assertThat(reached).hasSize(1);
  }

  @Test
  void anAbsoluteTargetOverridesHost() {
    reached.clear();
    assertThat(send("GET http://b.example:81/x?y HTTP/1.1~Host: a~Connection: close~~"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(reached.poll())
        .startsWith("GET /x?y HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nhost: b.example:81\r\n")
        .doesNotContainIgnoringCase("host: a\r\n");
  }

  private static String send(String text) {
    try (RawConnection client = node.connect()) {
      return client.send(text.replace("~", "\r\n")).readAll();
    }
  }

  private static double counted(String reason) {
    String name = "atoll_http_rejected_total{reason=\"" + reason + "\"} ";
    try (RawConnection connection = new RawConnection(ADMIN)) {
      return connection
          .send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
          .readAll()
          .lines()
          .filter(line -> line.startsWith(name))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
          .sum();
    }
  }
}
