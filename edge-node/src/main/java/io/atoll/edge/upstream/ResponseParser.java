package io.atoll.edge.upstream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the responses of an HTTP/1 connection, one after the other, strictly by RFC 9112: what is
 * not exactly a response is refused, as where it ends would be anybody's guess. It takes from a
 * buffer what it understands and leaves the rest, which must come again with more behind it. Pure.
 */
final class ResponseParser {
  /** Of a head, and of trailers, in bytes. */
  static final int HEAD_LIMIT = 64 << 10;

  /** Of a chunk's size with its extensions, in bytes. */
  static final int CHUNK_LINE_LIMIT = 1 << 10;

  /** Of responses before the final one. */
  static final int INTERIM_LIMIT = 16;

  private static final int SIZE_DIGITS = 15;

  /** What {@link #next} has found. */
  enum Token {
    /** Nothing: it needs more bytes. */
    MORE,
    /** An interim response's head; another response follows. */
    INTERIM,
    /** The final response's head. */
    HEAD,
    /** The head of a 101; all that follows is another protocol's, and comes as parts. */
    SWITCHED,
    /** Content, {@link #partLength} bytes from the buffer's reader index on. */
    PART,
    /** The response is whole. */
    END
  }

  private enum State {
    STATUS_LINE,
    FIELDS,
    CONTENT,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    UNTIL_CLOSE,
    WHOLE
  }

  private final FieldLine field = new FieldLine();
  private State state = State.WHOLE;
  private boolean toHead;
  private boolean maySwitch;
  private int interims;
  private @Nullable ResponseHead head;
  private @Nullable MultiMap trailers;
  private byte[] line = new byte[256];
  private int lineSize;
  private int budget;
  private int scanned;
  private long remaining;
  private int partLength;

  /**
   * Expects the response to the next request.
   *
   * @param requestIsHead such a response has no body, whatever it says
   */
  void begin(boolean requestIsHead) {
    toHead = requestIsHead;
    maySwitch = false;
    trailers = null;
    interims = 0;
    enter(State.STATUS_LINE, HEAD_LIMIT);
  }

  /** The request that was begun last asks for another protocol. */
  void maySwitch() {
    maySwitch = true;
  }

  /** What comes next; the content of {@code PART} is read by the caller before the next call. */
  Token next(ByteBuf in) throws BadResponseException {
    while (true) {
      Token token =
          switch (state) {
            case STATUS_LINE -> statusLine(in);
            case FIELDS -> fieldLine(in);
            case CONTENT -> remaining == 0 ? whole() : part(in);
            case CHUNK_SIZE -> chunkSize(in);
            case CHUNK -> remaining == 0 ? enter(State.CHUNK_END, 2) : part(in);
            case CHUNK_END -> chunkEnd(in);
            case TRAILERS -> trailer(in);
            case UNTIL_CLOSE -> part(in);
            case WHOLE -> Token.MORE;
          };
      if (token != null) {
        return token;
      }
    }
  }

  /** Whether the connection's orderly end is the response's. */
  boolean endsWithConnection() {
    return state == State.UNTIL_CLOSE;
  }

  /** The status of the head that was found last. */
  int status() {
    return head().status();
  }

  /** The fields of the head that was found last; the caller's own. */
  MultiMap fields() {
    return head().fields();
  }

  /** The trailers of this whole response, the caller's own; null where there were none. */
  @Nullable MultiMap trailers() {
    return trailers;
  }

  /** How many bytes of content there are. */
  int partLength() {
    return partLength;
  }

  /** Whether another request may follow this whole response on its connection. */
  boolean keepsConnection() {
    return state == State.WHOLE && head().keepsConnection();
  }

  private ResponseHead head() {
    if (head == null) {
      throw new IllegalStateException("no head was read");
    }
    return head;
  }

  private @Nullable Token enter(State next, int lineBudget) {
    state = next;
    budget = lineBudget;
    scanned = 0;
    return null;
  }

  private Token whole() {
    state = State.WHOLE;
    return Token.END;
  }

  private Token part(ByteBuf in) {
    partLength = (int) Math.min(remaining, in.readableBytes());
    if (partLength == 0) {
      return Token.MORE;
    }
    if (state != State.UNTIL_CLOSE) {
      remaining -= partLength;
    }
    return Token.PART;
  }

  private @Nullable Token statusLine(ByteBuf in) throws BadResponseException {
    if (!line(in)) {
      peek(in);
      if (!ResponseHead.beginsLikeOne(line, lineSize)) {
        throw new BadResponseException("not HTTP/1"); // which may never send a line's end
      }
      return Token.MORE;
    }
    head = new ResponseHead(line, lineSize);
    state = State.FIELDS;
    return null;
  }

  private void peek(ByteBuf in) {
    lineSize = Math.min(in.readableBytes(), line.length);
    in.getBytes(in.readerIndex(), line, 0, lineSize);
  }

  private @Nullable Token fieldLine(ByteBuf in) throws BadResponseException {
    if (!line(in)) {
      return Token.MORE;
    }
    if (lineSize == 0) {
      return headEnd(head());
    }
    field.read(line, lineSize);
    head().add(field);
    return null;
  }

  /** What is interim is followed by another head, unless the protocol was switched. */
  private Token headEnd(ResponseHead complete) throws BadResponseException {
    ResponseHead.BodyEnd bodyEnd = complete.bodyEnd(toHead);
    if (complete.isInterim()) {
      if (complete.status() == 101 && maySwitch) {
        remaining = Long.MAX_VALUE;
        var _ = enter(State.UNTIL_CLOSE, 0);
        return Token.SWITCHED;
      }
      interims++;
      if (complete.status() == 101 || interims > INTERIM_LIMIT) {
        throw new BadResponseException("unasked or too many: " + complete.status());
      }
      var _ = enter(State.STATUS_LINE, HEAD_LIMIT);
      return Token.INTERIM;
    }
    switch (bodyEnd) {
      case LENGTH -> {
        state = State.CONTENT;
        remaining = complete.bodyLength(toHead);
      }
      case CHUNKED -> enter(State.CHUNK_SIZE, CHUNK_LINE_LIMIT);
      case CLOSE -> {
        state = State.UNTIL_CLOSE;
        remaining = Long.MAX_VALUE;
      }
    }
    return Token.HEAD;
  }

  /** RFC 9112 section 7.1; extensions are ignored, as section 7.1.1 asks. */
  private @Nullable Token chunkSize(ByteBuf in) throws BadResponseException {
    if (!line(in)) {
      return Token.MORE;
    }
    int at = 0;
    long size = 0;
    while (at < lineSize && Character.digit(line[at], 16) >= 0) {
      size = (size << 4) + Character.digit(line[at], 16);
      at++;
      if (at > SIZE_DIGITS) {
        throw new BadResponseException("a chunk's size of too many digits");
      }
    }
    if (at == 0 || !isExtension(at)) {
      throw new BadResponseException("not a chunk's size");
    }
    remaining = size;
    return size == 0 ? enter(State.TRAILERS, HEAD_LIMIT) : enter(State.CHUNK, 0);
  }

  private boolean isExtension(int from) {
    for (int i = from; i < lineSize; i++) {
      if (!FieldLine.isText(line[i])) {
        return false;
      }
    }
    return from == lineSize || line[from] == ';';
  }

  private @Nullable Token chunkEnd(ByteBuf in) throws BadResponseException {
    if (!line(in)) {
      return Token.MORE;
    }
    if (lineSize != 0) {
      throw new BadResponseException("a chunk is longer than it said");
    }
    return enter(State.CHUNK_SIZE, CHUNK_LINE_LIMIT);
  }

  private @Nullable Token trailer(ByteBuf in) throws BadResponseException {
    if (!line(in)) {
      return Token.MORE;
    }
    if (lineSize == 0) {
      return whole();
    }
    field.read(line, lineSize);
    if (trailers == null) {
      trailers = MultiMap.caseInsensitiveMultiMap();
    }
    trailers.add(field.name(), field.value());
    return null;
  }

  /** Takes a line out of the buffer, if its end is there: CR LF and nothing else. */
  private boolean line(ByteBuf in) throws BadResponseException {
    int from = in.readerIndex();
    int end = in.indexOf(from + scanned, in.writerIndex(), (byte) '\n');
    int size = (end < 0 ? in.writerIndex() : end + 1) - from;
    if (size > budget) {
      throw new BadResponseException("a head, trailers or a chunk's size too large");
    }
    if (end < 0) {
      scanned = size;
      return false;
    }
    if (size < 2 || in.getByte(end - 1) != '\r') {
      throw new BadResponseException("a line ends by LF alone");
    }
    budget -= size;
    scanned = 0;
    lineSize = size - 2;
    if (line.length < lineSize) {
      line = new byte[Math.max(lineSize, 2 * line.length)];
    }
    in.readBytes(line, 0, lineSize);
    in.readerIndex(end + 1);
    return true;
  }
}
