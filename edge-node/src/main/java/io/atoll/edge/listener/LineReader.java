package io.atoll.edge.listener;

import io.atoll.edge.guard.MalformedRequestException;
import io.atoll.edge.guard.Rejection;
import io.netty.buffer.ByteBuf;

/**
 * Takes lines out of what a client sends: CR LF ends them and nothing else does, although RFC 9112
 * section 2.2 would allow LF alone, since what is a line to one and not to another is how requests
 * are smuggled. No byte is looked at twice, however slowly they come.
 */
final class LineReader {
  private final Line line;
  private int budget;
  private Rejection over = Rejection.SYNTAX;
  private int scanned;

  LineReader(Line line) {
    this.line = line;
  }

  /** The lines from here on, ends included, are to have so many bytes at most. */
  void limit(int bytes, Rejection otherwise) {
    budget = bytes;
    over = otherwise;
    scanned = 0;
  }

  /** Whether the next line is whole; it is in {@link Line} then, and out of the buffer. */
  boolean next(ByteBuf in) throws MalformedRequestException {
    int from = in.readerIndex();
    int end = in.indexOf(from + scanned, in.writerIndex(), (byte) '\n');
    int size = (end < 0 ? in.writerIndex() : end + 1) - from;
    if (size > budget) {
      throw new MalformedRequestException(over);
    }
    if (end < 0) {
      scanned = size;
      return false;
    }
    if (size < 2 || in.getByte(end - 1) != '\r') {
      throw new MalformedRequestException(Rejection.SYNTAX);
    }
    budget -= size;
    scanned = 0;
    in.readBytes(line.room(size - 2), 0, size - 2);
    in.readerIndex(end + 1);
    return true;
  }
}
