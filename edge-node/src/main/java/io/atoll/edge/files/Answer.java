package io.atoll.edge.files;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** What a request for a file is answered with. */
sealed interface Answer {
  /** A body that is at hand; its length is known from it. */
  record Whole(int status, MultiMap fields, Buffer body) implements Answer {}

  /** No body, but the length that it would have had: HEAD. */
  record HeadOnly(MultiMap fields) implements Answer {}

  /**
   * A body that is sent piece by piece.
   *
   * @param file to be closed by whoever has this
   */
  record Sent(int status, MultiMap fields, OpenFile file, List<Piece> pieces) implements Answer {
    /** Keeps the pieces as they are now. */
    public Sent {
      pieces = List.copyOf(pieces);
    }
  }

  /**
   * A body whose bytes are still to be got.
   *
   * @param length of all pieces
   */
  record Due(int status, MultiMap fields, List<Piece> pieces, long length) implements Answer {
    /** Keeps the pieces as they are now. */
    public Due {
      pieces = List.copyOf(pieces);
    }
  }

  /** Nothing is served under this path. */
  record Missing() implements Answer {}

  /** A part of a body. */
  sealed interface Piece {}

  /** Text between stretches of the file. */
  record Text(Buffer text) implements Piece {}

  /** Bytes of the file, one at least. */
  record Stretch(long offset, long length) implements Piece {}
}
