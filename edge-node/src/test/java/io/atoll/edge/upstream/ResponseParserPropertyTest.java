package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However the network cuts them, bytes mean the same. */
class ResponseParserPropertyTest {
  @Provide
  Arbitrary<String> responses() {
    Arbitrary<String> status =
        Arbitraries.of(
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.0 404\r\n",
            "HTTP/1.1 204 x\r\n",
            "HTTP/1.1 103 x\r\n",
            "HTTP/1.1 2",
            "\r\n");
    Arbitrary<String> fields =
        Arbitraries.of(
                "Content-Length: 7\r\n",
                "Transfer-Encoding: chunked\r\n",
                "A: b\r\n",
                "A:\t\r\n",
                "Connection: close\r\n",
                " fold\r\n",
                "A: b\n",
                "Content-Length: 5\r\n")
            .list()
            .ofMaxSize(3)
            .map(lines -> String.join("", lines));
    Arbitrary<String> body =
        Arbitraries.of(
            "1234567",
            "12345",
            "7\r\n1234567\r\n0\r\n\r\n",
            "1;x\r\na\r\n2\r\nbc\r\n0\r\nT: 1\r\n\r\n",
            "3\r\nabcd\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            "");
    return Combinators.combine(status, fields, body).as((s, f, b) -> s + f + "\r\n" + b);
  }

  @Property
  void anySplitOfTheBytesGivesTheSameEvents(
      @ForAll("responses") String response, @ForAll List<Byte> cuts, @ForAll boolean toHead) {
    assertThat(ResponseTranscript.of(toHead, pieces(response, cuts)))
        .isEqualTo(ResponseTranscript.of(toHead, List.of(response)));
  }

  @Property
  void nothingButRefusalComesOfAnyBytes(@ForAll List<Byte> bytes, @ForAll List<Byte> cuts) {
    StringBuilder text = new StringBuilder("HTTP/1.1 200 OK\r\n");
    bytes.forEach(b -> text.append((char) (b & 0xff)));
    String whole = text.toString();
    assertThat(ResponseTranscript.of(false, pieces(whole, cuts)))
        .isEqualTo(ResponseTranscript.of(whole));
  }

  private static List<String> pieces(String whole, List<Byte> lengths) {
    List<String> pieces = new ArrayList<>();
    int at = 0;
    for (byte length : lengths) {
      int end = Math.min(whole.length(), at + (length & 0x1f));
      pieces.add(whole.substring(at, end));
      at = end;
    }
    pieces.add(whole.substring(at));
    return pieces;
  }
}
