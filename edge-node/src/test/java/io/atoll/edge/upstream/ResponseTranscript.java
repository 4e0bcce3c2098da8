package io.atoll.edge.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a parser makes of bytes that come in pieces, as one line of text. */
final class ResponseTranscript {
  private final ResponseParser parser = new ResponseParser();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder content = new StringBuilder();
  private ByteBuf received = Unpooled.EMPTY_BUFFER;

  private ResponseTranscript() {}

  /** Reads one response from pieces, as the parser of a connection would get them. */
  static String of(boolean toHead, List<String> pieces) {
    ResponseTranscript transcript = new ResponseTranscript();
    transcript.parser.begin(toHead);
    try {
      for (String piece : pieces) {
        transcript.feed(piece);
      }
    } catch (BadResponseException e) {
      transcript.flushContent();
      transcript.text.append("BAD ");
    }
    return transcript.finish();
  }

  static String of(String whole) {
    return of(false, List.of(whole));
  }

  private void feed(String piece) throws BadResponseException {
    ByteBuf more = Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1);
    received = Unpooled.copiedBuffer(received, more);
    while (true) {
      switch (parser.next(received)) {
        case MORE -> {
          return;
        }
        case SWITCHED -> text.append(parser.status()).append("! ");
        case INTERIM -> text.append(parser.status()).append("... ");
        case HEAD -> text.append(parser.status()).append(' ').append(fields()).append(' ');
        case PART ->
            content.append(
                received.readCharSequence(parser.partLength(), StandardCharsets.ISO_8859_1));
        case END -> {
          flushContent();
          text.append(parser.keepsConnection() ? "END " : "END close ");
        }
      }
    }
  }

  private String fields() {
    StringBuilder all = new StringBuilder("{");
    parser
        .fields()
        .forEach((name, value) -> all.append(name).append('=').append(value).append(';'));
    return all.append('}').toString();
  }

  private void flushContent() {
    if (!content.isEmpty()) {
      text.append('[').append(content).append("] ");
      content.setLength(0);
    }
  }

  private String finish() {
    flushContent();
    if (parser.endsWithConnection()) {
      text.append("UNTIL CLOSE ");
    }
    if (!text.toString().contains("BAD") && received.isReadable()) {
      text.append("left ").append(received.toString(StandardCharsets.ISO_8859_1));
    }
    return text.toString().strip();
  }
}
