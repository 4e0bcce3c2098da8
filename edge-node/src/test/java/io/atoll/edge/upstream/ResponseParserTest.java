package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The parser on whole responses: RFC 9112, rule by rule. */
class ResponseParserTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

  static Stream<Arguments> responses() {
    return Stream.of(
        // Length.
        row(OK + "Content-Length: 2\r\n\r\nhi", "200 {Content-Length=2;} [hi] END"),
        row(OK + "Content-Length: 0\r\n\r\n", "200 {Content-Length=0;} END"),
        row(OK + "content-length:\t 2 \r\n\r\nhi", "200 {content-length=2;} [hi] END"),
        row(
            OK + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
            "200 {Content-Length=2;} [hi] END"),
        row(OK + "Content-Length: 3\r\n\r\nhi", "200 {Content-Length=3;} [hi]"),
        row(OK + "Content-Length: 1\r\n\r\nhi", "200 {Content-Length=1;} [h] END left i"),
        row(OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi", "BAD"),
        row(OK + "Content-Length: 2, 2\r\n\r\nhi", "BAD"),
        row(OK + "Content-Length: +2\r\n\r\nhi", "BAD"),
        row(OK + "Content-Length: -2\r\n\r\nhi", "BAD"),
        row(OK + "Content-Length: 0x2\r\n\r\nhi", "BAD"),
        row(OK + "Content-Length:\r\n\r\nhi", "BAD"),
        row(OK + "Content-Length: 9999999999999999999\r\n\r\nhi", "BAD"),
        // Chunks.
        row(CHUNKED + "2\r\nhi\r\n0\r\n\r\n", "200 {Transfer-Encoding=chunked;} [hi] END"),
        row(
            CHUNKED + "1\r\nh\r\n0001;a=\"b\"\r\ni\r\n0\r\nX-Sum: 1\r\n\r\nmore",
            "200 {Transfer-Encoding=chunked;} [hi] END left more"),
        row(CHUNKED + "A\r\n0123456789\r\n", "200 {Transfer-Encoding=chunked;} [0123456789]"),
        row(CHUNKED + "2\r\nhi", "200 {Transfer-Encoding=chunked;} [hi]"),
        row(CHUNKED + "2\r\nhi!\r\n", "200 {Transfer-Encoding=chunked;} [hi] BAD"),
        row(CHUNKED + "2\nhi\r\n", "200 {Transfer-Encoding=chunked;} BAD"),
        row(CHUNKED + "2\r\nhi\n", "200 {Transfer-Encoding=chunked;} [hi] BAD"),
        row(CHUNKED + "2 \r\nhi\r\n", "200 {Transfer-Encoding=chunked;} BAD"),
        row(CHUNKED + " 2\r\nhi\r\n", "200 {Transfer-Encoding=chunked;} BAD"),
        row(CHUNKED + "0x2\r\nhi\r\n", "200 {Transfer-Encoding=chunked;} BAD"),
        row(CHUNKED + "-2\r\nhi\r\n", "200 {Transfer-Encoding=chunked;} BAD"),
        row(CHUNKED + "\r\nhi\r\n", "200 {Transfer-Encoding=chunked;} BAD"),
        row(CHUNKED + "1000000000000000\r\n", "200 {Transfer-Encoding=chunked;} BAD"),
        row(CHUNKED + "2;a=\0\r\nhi\r\n", "200 {Transfer-Encoding=chunked;} BAD"),
        row(
            CHUNKED + "2;" + "a".repeat(ResponseParser.CHUNK_LINE_LIMIT),
            "200 {Transfer-Encoding=chunked;} BAD"),
        row(CHUNKED + "0\r\n X: 1\r\n\r\n", "200 {Transfer-Encoding=chunked;} BAD"),
        row(
            CHUNKED + "0\r\nX: " + "a".repeat(ResponseParser.HEAD_LIMIT),
            "200 {Transfer-Encoding=chunked;} BAD"),
        row(
            OK + "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
            "200 {Transfer-Encoding=CHUNKED;} END"),
        row(OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "BAD"),
        row(OK + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "BAD"),
        row(OK + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "BAD"),
        row(OK + "Transfer-Encoding: identity\r\n\r\n", "BAD"),
        row(OK + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n", "BAD"),
        row(
            OK + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "BAD"),
        row("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "BAD"),
        row(OK + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "BAD"),
        row(OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "BAD"),
        // Until the connection closes, and whether it stays open.
        row(OK + "\r\nhi", "200 {} [hi] UNTIL CLOSE"),
        row("HTTP/1.0 200 OK\r\n\r\nhi", "200 {} [hi] UNTIL CLOSE"),
        row("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "200 {Content-Length=0;} END close"),
        row(
            "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n",
            "200 {Connection=Keep-Alive;Content-Length=0;} END"),
        row(
            OK + "Connection: x\r\nConnection: y , CLOSE\r\nContent-Length: 0\r\n\r\n",
            "200 {Connection=x;Connection=y , CLOSE;Content-Length=0;} END close"),
        // No body, whatever is said.
        row("HTTP/1.1 204 No Content\r\n\r\n", "204 {} END"),
        row(
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            "304 {Content-Length=5;} END"),
        // Interim responses.
        row(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n"
                + OK
                + "Content-Length: 0\r\n\r\n",
            "100... 103... 200 {Content-Length=0;} END"),
        row("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "BAD"),
        row(
            "HTTP/1.1 102 P\r\n\r\n".repeat(ResponseParser.INTERIM_LIMIT + 1),
            "102... ".repeat(ResponseParser.INTERIM_LIMIT) + "BAD"),
        // Status lines.
        row("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200 {Content-Length=0;} END"),
        row("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "200 {Content-Length=0;} END"),
        row("HTTP/1.1 999 \u00e9\tx\r\nContent-Length: 0\r\n\r\n", "999 {Content-Length=0;} END"),
        row("HTTP/2.0 200 OK\r\n\r\n", "BAD"),
        row("http/1.1 200 OK\r\n\r\n", "BAD"),
        row("HTTP/1.1  200 OK\r\n\r\n", "BAD"),
        row("HTTP/1.1 20 OK\r\n\r\n", "BAD"),
        row("HTTP/1.1 2000 OK\r\n\r\n", "BAD"),
        row("HTTP/1.1 099 OK\r\n\r\n", "BAD"),
        row("HTTP/1.1 200 O\0K\r\n\r\n", "BAD"),
        row("HTTP/1.1 200 OK\n\r\n", "BAD"),
        row("HTTP/1.1 200 O\rK\r\n\r\n", "BAD"),
        row("\r\n" + OK, "BAD"),
        row("SSH-2.0", "BAD"),
        row("HTTP/1", "left HTTP/1"),
        // Fields.
        row(
            OK + "A: \u00e9 b\r\nSet-Cookie: 1\r\nset-cookie: 2\r\nB:\r\nContent-Length: 0\r\n\r\n",
            "200 {A=\u00e9 b;Set-Cookie=1;set-cookie=2;B=;Content-Length=0;} END"),
        row(OK + "A : 1\r\n\r\n", "BAD"),
        row(OK + "A\r\n\r\n", "BAD"),
        row(OK + ": 1\r\n\r\n", "BAD"),
        row(OK + "A: 1\r\n 2\r\n\r\n", "BAD"),
        row(OK + " A: 1\r\n\r\n", "BAD"),
        row(OK + "A(: 1\r\n\r\n", "BAD"),
        row(OK + "\u00c4: 1\r\n\r\n", "BAD"),
        row(OK + "A: 1\0\r\n\r\n", "BAD"),
        row(OK + "A: 1\r2\r\n\r\n", "BAD"),
        row(OK + "A: 1\u007f\r\n\r\n", "BAD"),
        row(OK + "A: 1\n\r\n", "BAD"),
        row(OK + "A: " + "a".repeat(ResponseParser.HEAD_LIMIT), "BAD"),
        row(OK + "A: b\r\n".repeat(ResponseParser.HEAD_LIMIT / 6), "BAD"));
  }

  private static Arguments row(String response, String transcript) {
    return Arguments.of(response, transcript);
  }

  @ParameterizedTest
  @MethodSource("responses")
  void aResponseIsReadStrictly(String response, String transcript) {
    assertThat(ResponseTranscript.of(response)).isEqualTo(transcript);
  }

  @ParameterizedTest
  @MethodSource("responses")
  void byteByByteItIsTheSame(String response, String transcript) {
    List<String> bytes = response.chars().mapToObj(Character::toString).toList();
    if (bytes.size() < 1000) {
      assertThat(ResponseTranscript.of(false, bytes)).isEqualTo(transcript);
    }
  }

  @Test
  void theResponseToHeadHasNoBody() {
    assertThat(ResponseTranscript.of(true, List.of(OK + "Content-Length: 5\r\n\r\n")))
        .isEqualTo("200 {Content-Length=5;} END");
    assertThat(ResponseTranscript.of(true, List.of(CHUNKED)))
        .isEqualTo("200 {Transfer-Encoding=chunked;} END");
    assertThat(ResponseTranscript.of(true, List.of(OK + "\r\n"))).isEqualTo("200 {} END");
  }

  @Test
  void aConnectionsResponsesAreReadOneAfterTheOther() throws Exception {
    ResponseParser parser = new ResponseParser();
    for (int i = 0; i < 3; i++) {
      parser.begin(false);
      var in =
          io.netty.buffer.Unpooled.copiedBuffer(
              OK + "Content-Length: 0\r\n\r\n", java.nio.charset.StandardCharsets.US_ASCII);
      assertThat(parser.next(in)).isEqualTo(ResponseParser.Token.HEAD);
      assertThat(parser.next(in)).isEqualTo(ResponseParser.Token.END);
      assertThat(parser.next(in)).isEqualTo(ResponseParser.Token.MORE);
    }
  }
}
