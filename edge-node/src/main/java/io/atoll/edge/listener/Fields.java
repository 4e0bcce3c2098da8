package io.atoll.edge.listener;

import io.atoll.edge.guard.MalformedRequestException;
import io.atoll.edge.guard.Rejection;
import io.netty.util.AsciiString;
import io.vertx.core.http.impl.headers.Http1xHeaders;

/**
 * The fields of a head or of trailers as they come in (RFC 9112 section 5): a token, a colon at
 * once after it, a value without control characters. A line that begins with a blank, which once
 * continued the one before, is no field.
 */
final class Fields {
  private final int most;
  private Http1xHeaders added = Http1xHeaders.caseInsensitive();
  private int count;
  private AsciiString name = AsciiString.EMPTY_STRING;
  private String value = "";

  /**
   * None yet.
   *
   * @param most of one head, and of one body's trailers
   */
  Fields(int most) {
    this.most = most;
  }

  /** The fields from here on are another map's; they are checked here and by nobody else. */
  void begin() {
    added = Http1xHeaders.caseInsensitive();
    count = 0;
  }

  /** Takes a line apart and adds what it says. */
  void add(Line line) throws MalformedRequestException {
    int nameEnd = line.tokenEnd(0);
    if (nameEnd == 0 || nameEnd == line.size() || line.at(nameEnd) != ':') {
      throw new MalformedRequestException(Rejection.FIELDS);
    }
    if (++count > most) {
      throw new MalformedRequestException(Rejection.TOO_MANY_FIELDS);
    }
    int from = nameEnd + 1;
    int to = line.size();
    while (from < to && Octets.isBlank(line.at(from))) {
      from++;
    }
    while (to > from && Octets.isBlank(line.at(to - 1))) {
      to--;
    }
    for (int i = from; i < to; i++) {
      if (!Octets.isText(line.at(i))) {
        throw new MalformedRequestException(Rejection.FIELDS);
      }
    }
    name = FieldNames.of(line, nameEnd);
    value = line.text(from, to);
    added.add(name, value);
  }

  /** The name added last, as it was sent. */
  AsciiString name() {
    return name;
  }

  /** The value added last, without the blanks around it. */
  String value() {
    return value;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** All since {@link #begin}; the caller's own. */
  Http1xHeaders map() {
    return added;
  }
}
