package io.atoll.edge.health.probe;

import io.atoll.config.UpstreamConfig.HealthCheck;
import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;

/**
 * A text that bodies are searched for, in one pass and whatever parts they come in (Knuth, Morris
 * and Pratt, "Fast pattern matching in strings", 1977). Immutable; a search is confined to a
 * thread.
 */
final class BodySearch {
  private final byte[] text;

  /** For each byte: how many before and with it are a beginning of the text again. */
  private final int[] borders;

  /** For a text, which is not empty, in UTF-8. */
  BodySearch(String text) {
    this.text = text.getBytes(StandardCharsets.UTF_8);
    this.borders = borders(this.text);
  }

  private static int[] borders(byte[] text) {
    int[] borders = new int[text.length];
    int matched = 0;
    for (int i = 1; i < text.length; i++) {
      while (matched > 0 && text[i] != text[matched]) {
        matched = borders[matched - 1];
      }
      if (text[i] == text[matched]) {
        matched++;
      }
      borders[i] = matched;
    }
    return borders;
  }

  /** A search of one body. */
  Search begin() {
    return new Search();
  }

  /** What is known of a body so far. */
  final class Search implements ByteProcessor {
    private int matched;
    private int seen;

    /** Looks at one more part of it. */
    void part(ByteBuf content) {
      int look = Math.min(content.readableBytes(), HealthCheck.LOOKED_AT - seen);
      if (!found() && look > 0) {
        content.forEachByte(content.readerIndex(), look, this);
        seen += look;
      }
    }

    @Override
    public boolean process(byte next) {
      while (matched > 0 && next != text[matched]) {
        matched = borders[matched - 1];
      }
      if (next == text[matched]) {
        matched++;
      }
      return !found();
    }

    /** Whether the text was in it. */
    boolean found() {
      return matched == text.length;
    }

    /** Whether all was seen that is looked at. */
    boolean exhausted() {
      return seen == HealthCheck.LOOKED_AT;
    }
  }
}
