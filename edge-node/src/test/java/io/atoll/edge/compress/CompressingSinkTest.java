package io.atoll.edge.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.RouteConfig.Coding;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompressingSinkTest {
  private static final String TEXT = "all work and no play ".repeat(100);

  private final Recorded recorded = new Recorded();

  /** Keeps what comes. */
  private static final class Recorded implements ResponseSink {
    private final List<String> said = new ArrayList<>();
    private final Buffer body = Buffer.buffer();
    private MultiMap head = HttpHeaders.headers();

    @Override
    public void start(Fetch fetch, int status, MultiMap fields) {
      said.add("start");
      head = fields;
    }

    @Override
    public void flush() {}

    @Override
    public void part(Buffer part) {
      said.add("part");
      body.appendBuffer(part);
    }

    @Override
    public void end() {
      said.add("end");
    }

    @Override
    public void failed(Failure failure) {
      said.add("failed");
    }
  }

  private CompressingSink sink(@Nullable Coding coding) {
    return new CompressingSink(EncodersTest.compression(100), coding, List.of(), false, recorded);
  }

  private static MultiMap fields(String... pairs) {
    MultiMap fields = HttpHeaders.headers();
    for (int i = 0; i < pairs.length; i += 2) {
      fields.add(pairs[i], pairs[i + 1]);
    }
    return fields;
  }

  @ParameterizedTest(name = "{0} {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | content-type=text/plain                                     | true
          200 | content-type=Text/HTML; charset=utf-8                       | true
          200 | content-type=application/ld+json                            | true
          200 | content-type=application/json                               | false
          200 | content-type=image/svg+xml                                  | true
          200 | content-type=image/png                                      | false
          200 | x=y                                                         | false
          404 | content-type=text/plain                                     | true
          206 | content-type=text/plain                                     | false
          204 | content-type=text/plain                                     | false
          304 | content-type=text/plain                                     | false
          200 | content-type=text/plain&content-length=99                   | false
          200 | content-type=text/plain&content-length=100                  | true
          200 | content-type=text/plain&content-encoding=gzip               | false
          200 | content-type=text/plain&cache-control=max-age=1, No-Transform | false
          200 | content-type=text/plain&content-range=bytes 0-1/2           | false
          """)
  void whatIsCompressed(int status, String head, boolean compressed) {
    MultiMap fields = HttpHeaders.headers();
    for (String field : head.split("&", -1)) {
      fields.add(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
    }
    assertThat(EncodersTest.compression(100).covers(status, fields)).isEqualTo(compressed);
  }

  @ParameterizedTest
  @EnumSource
  void aBodyInOnePartGoesOutInOneWithItsLength(Coding coding) throws Exception {
    CompressingSink sink = sink(coding);
    sink.start(
        Fetch.NONE,
        200,
        fields(
            "Content-Type", "text/plain", "Content-Length", "" + TEXT.length(), "ETag", "\"x\""));
    sink.part(Buffer.buffer(TEXT));
    sink.end();
    assertThat(recorded.said).containsExactly("start", "part", "end");
    assertThat(recorded.head.get("Content-Length")).isEqualTo("" + recorded.body.length());
    assertThat(recorded.head.get("Content-Encoding")).isEqualTo(coding.name());
    assertThat(recorded.head.get("ETag")).isEqualTo("W/\"x\"");
    assertThat(recorded.head.get("Vary")).isEqualToIgnoringCase("Accept-Encoding");
    assertThat(
            new String(Decoders.decode(coding, recorded.body.getBytes()), StandardCharsets.UTF_8))
        .isEqualTo(TEXT);
    assertThat(sink.holdsMemory()).isFalse();
  }

  @Test
  void whoTakesNoneHearsThatOthersDo() {
    CompressingSink sink = sink(null);
    sink.start(Fetch.NONE, 200, fields("Content-Type", "text/plain", "Vary", "Origin"));
    sink.part(Buffer.buffer(TEXT));
    sink.end();
    assertThat(recorded.body).hasToString(TEXT);
    assertThat(recorded.head.getAll("Vary")).hasSize(2);
    assertThat(recorded.head.contains("Content-Encoding")).isFalse();
  }

  @Test
  void memoryIsGivenBackHoweverItEnds() {
    for (String end : List.of("end", "failed", "cancel")) {
      CompressingSink sink = sink(Coding.br);
      sink.start(Fetch.NONE, 200, fields("Content-Type", "text/plain"));
      sink.part(Buffer.buffer(TEXT));
      assertThat(sink.holdsMemory()).isTrue();
      switch (end) {
        case "end" -> sink.end();
        case "failed" -> sink.failed(Failure.of(Outcome.RESET, "gone"));
        default -> sink.cancel();
      }
      assertThat(sink.holdsMemory()).as(end).isFalse();
      int before = recorded.said.size();
      sink.part(Buffer.buffer(TEXT));
      assertThat(recorded.said).hasSize(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"W/\"x\",true", "\"x\",false"})
  void a304HasTheTagOfWhatTheClientHolds(String held, boolean weak) {
    CompressingSink sink =
        new CompressingSink(EncodersTest.compression(1), Coding.br, List.of(held), false, recorded);
    sink.start(Fetch.NONE, 304, fields("ETag", "\"x\"", "Vary", "Origin"));
    assertThat(recorded.head.get("ETag")).isEqualTo(weak ? "W/\"x\"" : "\"x\"");
    assertThat(recorded.head.getAll("Vary")).hasSize(2);
  }
}
