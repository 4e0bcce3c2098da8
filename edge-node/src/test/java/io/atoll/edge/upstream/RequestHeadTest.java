package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
  private final RequestHead head = new RequestHead();

  private String text() {
    return new String(head.bytes(), 0, head.size(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aHeadIsWhatIsSent() {
    head.begin("GET", "/a?b", "host:81");
    head.field(AsciiString.of("A"), "\u00e9\t1");
    head.field("content-LENGTH", "12");
    head.end();
    assertThat(text())
        .isEqualTo(
            "GET /a?b HTTP/1.1\r\nHost: host:81\r\nA: \u00e9\t1\r\ncontent-LENGTH: 12\r\n\r\n");
    assertThat(head.contentLength()).isEqualTo(12);
  }

  @Test
  void theNextBeginsAnewAndMayBeLarger() {
    head.begin("POST", "/", "a");
    head.field("Content-Length", "1");
    head.begin("GET", "/" + "x".repeat(9000), "a");
    head.field("A", "y".repeat(9000));
    head.chunked();
    head.end();
    assertThat(text())
        .startsWith("GET /xxx")
        .endsWith("yyy\r\nTransfer-Encoding: chunked\r\n\r\n")
        .doesNotContain("Content-Length");
    assertThat(head.contentLength()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rb", "a\nb", "a\0b", "a\u007fb", "a\u010ab", "a\u0001"})
  void whatCouldEndALineEarlyIsRefused(String text) {
    head.begin("GET", "/", "a");
    assertThatThrownBy(() -> head.field("A", text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> head.field(text, "1")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> head.begin("GET", "/", text))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> head.begin("GET", text, "a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> head.begin(text, "/", "a"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTargetHasNoSpacesAndANameNoSeparators() {
    assertThatThrownBy(() -> head.begin("GET", "/ HTTP/1.1", "a"))
        .isInstanceOf(IllegalArgumentException.class);
    head.begin("GET", "/", "a");
    assertThatThrownBy(() -> head.field("A b", "1")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> head.field("A:", "1")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> head.field("", "1")).isInstanceOf(IllegalArgumentException.class);
  }
}
