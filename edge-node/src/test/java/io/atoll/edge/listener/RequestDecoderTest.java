package io.atoll.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder takes for a request. {@code ~} stands for CR LF, {@code ^} for a tab. */
class RequestDecoderTest {
  private static List<String> decoded(String text) {
    return DecoderTranscript.of(List.of(bytes(text)));
  }

  private static String bytes(String text) {
    return text.replace("~", "\r\n").replace("^", "\t");
  }

  @Test
  void requestsFollowOneAnother() {
    assertThat(
            decoded(
                "GET /a?b HTTP/1.1~Host: x~A:  b c ^~B:~~"
                    + "~POST / HTTP/1.1~host: y~Content-Length: 3~~abc"
                    + "X!Y / HTTP/1.0~~"))
        .containsExactly(
            "GET /a?b HTTP/1.1",
            "Host: x",
            "A: b c",
            "B: ",
            "end",
            "POST / HTTP/1.1",
            "host: y",
            "Content-Length: 3",
            "body abc",
            "end",
            "X!Y / HTTP/1.0",
            "end");
  }

  @Test
  void chunksAndTrailersAreRead() {
    assertThat(
            decoded(
                "PUT / HTTP/1.1~Host: x~Transfer-Encoding: Chunked~~"
                    + "3;a;b=c;d=\"e;\\\"^f\"~abc~000A~0123456789~0~T: 1~U: 2~~GET / HTTP/1.1~Host:"
                    + " x~~"))
        .containsExactly(
            "PUT / HTTP/1.1",
            "Host: x",
            "Transfer-Encoding: Chunked",
            "body abc0123456789",
            "end T: 1 U: 2",
            "GET / HTTP/1.1",
            "Host: x",
            "end");
  }

  @ParameterizedTest
  @CsvSource({
    "http://b/c?d, /c?d, b",
    "HTTPS://b:1, /, b:1",
    "http://b?q, /?q, b",
  })
  void anAbsoluteTargetSaysForWhomItIs(String target, String origin, String host) {
    assertThat(decoded("GET " + target + " HTTP/1.1~Host: a~~"))
        .containsExactly("GET " + origin + " HTTP/1.1", "host: " + host, "end");
  }

  @Test
  void aLaterMinorVersionIsReadAsTheLatestKnown() {
    assertThat(decoded("GET / HTTP/1.7~Host: a~~")).startsWith("GET / HTTP/1.1");
  }

  @Test
  void linesMayFillTheirLimitsAndNoMore() {
    String line = "GET /" + "x".repeat(200 - 5 - 11) + " HTTP/1.1~";
    assertThat(decoded(line + "Host: a~~")).hasSize(3);
    assertThat(decoded("GET /x" + line.substring(5) + "Host: a~~"))
        .containsExactly("refused request_line");
    String fields = "Host: a~A: " + "x".repeat(400 - 9 - 5 - 2) + "~~";
    assertThat(decoded("GET / HTTP/1.1~" + fields)).hasSize(4);
    assertThat(decoded("GET / HTTP/1.1~X" + fields)).containsExactly("refused fields_too_large");
    assertThat(decoded("GET / HTTP/1.1~Host: a~" + "A: b~".repeat(8) + "~"))
        .containsExactly("refused too_many_fields");
  }

  @Test
  void whatHasNoLineEndIsRefusedBeforeOneComes() {
    assertThat(decoded("\u0016\u0003\u0001")).containsExactly("refused syntax");
    assertThat(decoded("G".repeat(201))).containsExactly("refused request_line");
  }

  @Test
  void nothingIsReadBehindWhatWasRefused() {
    assertThat(decoded("GET  / HTTP/1.1~Host: a~~GET / HTTP/1.1~Host: a~~"))
        .containsExactly("refused syntax");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3 ~abc~",
        "+3~abc~",
        "0x3~abc~",
        "3;~abc~",
        "3;a=~abc~",
        "3; a~abc~",
        "3;a =b~abc~",
        "3;a=\"b~abc~",
        "3;a=\"b\"c~abc~",
        "3;a=\"\u0001\"~abc~",
        "~abc~",
        "-3~abc~",
        "3_0~abc~",
        "1000000000000000~a",
        "0000000000000003~abc~",
        "3\nabc~",
        "3\r\rabc~",
        "3~abcd~",
        "3~abc\n",
        "3~abc\r0",
        "3;a\nb~abc~",
        ";a~abc~"
      })
  void aChunkThatIsNotOneIsRefused(String chunk) {
    List<String> events =
        decoded("POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~" + chunk + "0~~");
    assertThat(events).contains("POST / HTTP/1.1").doesNotContain("end");
    assertThat(events.getLast()).isIn("refused chunk", "refused syntax");
  }

  @Test
  void extensionsAreBounded() {
    String head = "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~";
    assertThat(decoded(head + "1;" + "a".repeat(RequestDecoder.CHUNK_LINE) + "~a~0~~"))
        .contains("refused chunk");
    String chunk = "1;" + "a".repeat(200) + "~a~";
    assertThat(decoded(head + chunk.repeat(2 + RequestDecoder.EXTENSIONS / 187)))
        .contains("refused chunk");
  }

  @ParameterizedTest
  @CsvSource({
    "'T : 1~', refused fields",
    "' T: 1~', refused fields",
    "'T: a\u0000~', refused fields",
    "'T: 1\n', refused syntax",
    "'T~', refused fields",
  })
  void trailersAreFields(String trailer, String refusal) {
    assertThat(decoded("POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked~~0~" + trailer + "~"))
        .endsWith(refusal);
  }
}
