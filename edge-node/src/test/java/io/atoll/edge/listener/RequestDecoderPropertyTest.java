package io.atoll.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.StrictRequests;
import io.atoll.edge.testkit.StrictRequests.NotARequest;
import io.atoll.edge.testkit.StrictRequests.Received;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Requests and what chance makes of them: the decoder never throws, keeps no buffer, says the same
 * however bytes are cut, and hands on no request that a second parser doesn't see there.
 */
class RequestDecoderPropertyTest {
  /** A change of bytes: what stands from a place on, up to a number of bytes, becomes a text. */
  record Mutation(int place, int removed, String put) {
    String of(String text) {
      int from = text.isEmpty() ? 0 : place % text.length();
      int to = Math.min(text.length(), from + removed);
      return text.substring(0, from) + put + text.substring(to);
    }
  }

  @Provide
  Arbitrary<String> requests() {
    Arbitrary<String> line =
        Arbitraries.of("GET / HTTP/1.1\r\n", "POST /a?b HTTP/1.1\r\n", "HEAD / HTTP/1.0\r\n");
    Arbitrary<String> fields =
        Arbitraries.of(
                "A: b\r\n",
                "Connection: close\r\n",
                "X_Y:\tz \r\n",
                "Expect: 100-continue\r\n",
                "Host: again\r\n",
                "Transfer_Encoding: chunked\r\n",
                " folded\r\n")
            .list()
            .ofMaxSize(2)
            .map(lines -> String.join("", lines));
    Arbitrary<String> body =
        Arbitraries.of(
            "\r\n",
            "Content-Length: 7\r\n\r\nGET / H",
            "Content-Length: 0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5;x=\"y\"\r\n01234\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\nf\r\n012345678901234\r\n0\r\nT: 1\r\n\r\n",
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    return Combinators.combine(line, fields, body)
        .as((l, f, b) -> l + "Host: h\r\n" + f + b)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(all -> String.join("", all));
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    Arbitrary<String> put =
        Arbitraries.oneOf(
            Arbitraries.of(
                "",
                "\r",
                "\n",
                "\r\n",
                "\r\n\r\n",
                " ",
                "\t",
                "\0",
                ":",
                ";",
                "\"",
                ",",
                "0",
                "00",
                "x",
                "Content-Length: 1\r\n",
                "Transfer-Encoding: chunked\r\n",
                "0\r\n\r\n",
                "\u00ff"),
            Arbitraries.strings().withCharRange((char) 0, (char) 255).ofMaxLength(3));
    return Combinators.combine(
            Arbitraries.integers().between(0, 400), Arbitraries.integers().between(0, 4), put)
        .as(Mutation::new)
        .list()
        .ofMaxSize(4);
  }

  @Property(tries = 3000)
  void whateverComesIsReadTheSameAndAsAnybodyWould(
      @ForAll("requests") String requests,
      @ForAll("mutations") List<Mutation> mutations,
      @ForAll List<Byte> cuts)
      throws IOException {
    String bytes = requests;
    for (Mutation mutation : mutations) {
      bytes = mutation.of(bytes);
    }
    List<String> events = DecoderTranscript.of(List.of(bytes));
    assertThat(DecoderTranscript.of(pieces(bytes, cuts))).isEqualTo(events);
    List<String> accepted = accepted(events);
    assertThat(accepted).isEqualTo(secondOpinion(bytes).stream().limit(accepted.size()).toList());
  }

  @Property
  void aByteAtATimeSaysTheSameToo(@ForAll("requests") String requests) {
    assertThat(DecoderTranscript.of(List.of(requests.split(""))))
        .isEqualTo(DecoderTranscript.of(List.of(requests)));
  }

  @Property
  void noBytesMakeItThrow(@ForAll List<Byte> bytes, @ForAll List<Byte> cuts) {
    StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
    bytes.forEach(octet -> text.append((char) (octet & 0xff)));
    assertThat(DecoderTranscript.of(pieces(text.toString(), cuts)))
        .isEqualTo(DecoderTranscript.of(List.of(text.toString())));
  }

  /** Method, target and body of each request that was read to its end. */
  private static List<String> accepted(List<String> events) {
    List<String> accepted = new ArrayList<>();
    String head = "";
    String body = "";
    for (String event : events) {
      if (event.matches("\\S+ \\S+ HTTP/1\\.[01]")) {
        head = event.substring(0, event.lastIndexOf(' '));
        body = "";
      } else if (event.startsWith("body ")) {
        body = event.substring(5);
      } else if (event.equals("end") || event.startsWith("end ")) {
        accepted.add(head + " " + body);
      }
    }
    return accepted;
  }

  private static List<String> secondOpinion(String bytes) throws IOException {
    StrictRequests requests =
        new StrictRequests(new ByteArrayInputStream(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    List<String> seen = new ArrayList<>();
    try {
      for (Received next = requests.next(); next != null; next = requests.next()) {
        seen.add(next.method() + " " + next.target() + " " + next.body());
      }
    } catch (NotARequest e) {
      // What was seen before counts.
    }
    return seen;
  }

  private static List<String> pieces(String text, List<Byte> cuts) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (Byte cut : cuts) {
      int to = Math.min(text.length(), from + Math.abs(cut) % 23);
      pieces.add(text.substring(from, to));
      from = to;
    }
    pieces.add(text.substring(from));
    return pieces;
  }
}
