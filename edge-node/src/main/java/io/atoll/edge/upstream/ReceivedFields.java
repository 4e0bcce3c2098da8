package io.atoll.edge.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fields of a response over HTTP/2 or HTTP/3, whose frames can carry what no field may contain: a
 * client over HTTP/1.1 would read another message in it.
 */
final class ReceivedFields {
  /** {@code Content-Length} is no number, or several. */
  static final long INVALID = -2;

  private static final int LENGTH_DIGITS = 18;

  private ReceivedFields() {}

  /** A copy for the receiver; null where they are none by RFC 9110 section 5. */
  static @Nullable MultiMap copy(MultiMap fields) {
    MultiMap copy = MultiMap.caseInsensitiveMultiMap();
    for (Map.Entry<String, String> field : fields) {
      if (!isToken(field.getKey()) || !isText(field.getValue())) {
        return null;
      }
      copy.add(field.getKey(), field.getValue());
    }
    return copy;
  }

  /** What {@code Content-Length} says; -1 where there is none. */
  static long contentLength(MultiMap fields) {
    List<String> values = fields.getAll(HttpHeaders.CONTENT_LENGTH);
    if (values.isEmpty()) {
      return -1;
    }
    String value = values.getFirst();
    boolean number =
        values.size() == 1
            && !value.isEmpty()
            && value.length() <= LENGTH_DIGITS
            && value.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Long.parseLong(value) : INVALID;
  }

  private static boolean isToken(String name) {
    return !name.isEmpty() && name.chars().allMatch(FieldLine::isToken);
  }

  private static boolean isText(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) > 0xff || !FieldLine.isText(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
