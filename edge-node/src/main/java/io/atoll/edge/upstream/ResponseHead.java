package io.atoll.edge.upstream;

import io.vertx.core.MultiMap;

/**
 * Status line and fields of one response, and what follows from them: where its body ends (RFC 9112
 * section 6.3) and whether the connection can be used again (section 9.3).
 */
final class ResponseHead {
  /** More digits than a {@code long} takes are no length. */
  private static final int LENGTH_DIGITS = 18;

  private static final int STATUS_START = "HTTP/1.1 ".length();
  private static final int STATUS_END = STATUS_START + 3;

  private final int minor;
  private final int status;

  /** The parser has checked what Vert.x's own check of fields would check again. */
  private final MultiMap fields = MultiMap.caseInsensitiveMultiMap();

  private long length = -1;
  private boolean coded;
  private boolean close;
  private boolean keepAlive;

  /** How a body's end is told. */
  enum BodyEnd {
    /** By its length, which may be 0. */
    LENGTH,
    /** By the last chunk. */
    CHUNKED,
    /** By the connection's. */
    CLOSE
  }

  /** Reads a status line; the reason phrase is checked and forgotten. */
  ResponseHead(byte[] line, int size) throws BadResponseException {
    if (!isStatusLine(line, size)) {
      throw new BadResponseException("not a status line of HTTP/1");
    }
    minor = line[7] - '0';
    status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0';
    if (status < 100) {
      throw new BadResponseException("not a status: " + status);
    }
    for (int i = STATUS_END; i < size; i++) {
      if (!FieldLine.isText(line[i])) {
        throw new BadResponseException("control characters in the reason phrase");
      }
    }
  }

  /** The space before a reason phrase that is left out is often left out as well. */
  private static boolean isStatusLine(byte[] line, int size) {
    return size >= STATUS_END
        && beginsLikeOne(line, size)
        && isDigit(line[7])
        && line[8] == ' '
        && isDigit(line[9])
        && isDigit(line[10])
        && isDigit(line[11])
        && (size == STATUS_END || line[STATUS_END] == ' ');
  }

  /** Whether bytes, not yet a whole line, may become a status line. */
  static boolean beginsLikeOne(byte[] line, int size) {
    String version = "HTTP/1.";
    for (int i = 0; i < size && i < version.length(); i++) {
      if (line[i] != version.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }

  /** Adds a field, and notes what it says of the message and the connection. */
  void add(FieldLine field) throws BadResponseException {
    String value = field.value();
    switch (field.nameLength()) {
      case 10 -> {
        if (field.isNamed("connection")) {
          connection(value);
        }
      }
      case 14 -> {
        if (field.isNamed("content-length")) {
          if (length(value)) {
            return;
          }
        }
      }
      case 17 -> {
        if (field.isNamed("transfer-encoding")) {
          coding(value);
        }
      }
      default -> {}
    }
    fields.add(field.name(), value);
  }

  private void connection(String value) {
    if (value.equals("keep-alive")) { // nearly always
      keepAlive = true;
      return;
    }
    for (String option : value.split(",", -1)) {
      close |= option.trim().equalsIgnoreCase("close");
      keepAlive |= option.trim().equalsIgnoreCase("keep-alive");
    }
  }

  /** Whether it was said before: forwarded once is enough. */
  private boolean length(String value) throws BadResponseException {
    long said = parsed(value);
    if (length >= 0 && said != length) {
      throw new BadResponseException("two lengths: " + length + " and " + said);
    }
    boolean again = length >= 0;
    length = said;
    return again;
  }

  /** Digits and nothing else: {@code Long.parseLong} would take a sign. */
  private static long parsed(String value) throws BadResponseException {
    boolean valid = !value.isEmpty() && value.length() <= LENGTH_DIGITS;
    long parsed = 0;
    for (int i = 0; valid && i < value.length(); i++) {
      char c = value.charAt(i);
      valid = isDigit(c);
      parsed = parsed * 10 + c - '0';
    }
    if (!valid) {
      throw new BadResponseException("not a Content-Length: " + value);
    }
    return parsed;
  }

  /** One that is not understood leaves the body's end unknown (RFC 9112 section 6.1). */
  private void coding(String value) throws BadResponseException {
    if (coded || minor == 0 || !value.equalsIgnoreCase("chunked")) {
      throw new BadResponseException("a transfer coding other than chunked once: " + value);
    }
    coded = true;
  }

  int status() {
    return status;
  }

  /** As they came; the receiver's own. */
  MultiMap fields() {
    return fields;
  }

  /** Whether another response to the same request follows (RFC 9110 section 15.2). */
  boolean isInterim() {
    return status < 200;
  }

  /**
   * How the body's end is told, once all fields are there. A length and a coding at once are how
   * responses are smuggled (RFC 9112 section 6.3).
   *
   * @param toHead whether the request was HEAD
   */
  BodyEnd bodyEnd(boolean toHead) throws BadResponseException {
    if (coded && length >= 0) {
      throw new BadResponseException("both Transfer-Encoding and Content-Length");
    }
    if (isBodyless(toHead) || length >= 0) {
      return BodyEnd.LENGTH;
    }
    return coded ? BodyEnd.CHUNKED : BodyEnd.CLOSE;
  }

  /** How many bytes follow where {@link #bodyEnd} says {@code LENGTH}. */
  long bodyLength(boolean toHead) {
    return isBodyless(toHead) ? 0 : length;
  }

  private boolean isBodyless(boolean toHead) {
    return toHead || isInterim() || status == 204 || status == 304;
  }

  /** Whether the connection outlives the response, as far as this head says. */
  boolean keepsConnection() {
    return !close && (minor > 0 || keepAlive);
  }
}
