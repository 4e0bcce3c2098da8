package io.atoll.edge.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request's path as names below a root: percent-decoded once, as UTF-8. Pure.
 *
 * @param names joined by slashes; empty for the root itself
 * @param folder whether it ends with a slash
 */
record FilePath(String names, boolean folder) {
  /**
   * Null where it can't name a file: a name begins with a dot, holds a slash, or is not UTF-8.
   *
   * @param prefix of the route, without a slash at its end; what does not begin with it is taken
   *     whole
   * @param path in its normal form
   */
  static @Nullable FilePath of(String prefix, String path) {
    boolean below =
        path.startsWith(prefix)
            && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    String rest = below ? path.substring(prefix.length()) : path;
    boolean folder = rest.endsWith("/");
    StringBuilder names = new StringBuilder();
    for (String segment : rest.split("/", -1)) {
      if (segment.isEmpty()) {
        continue; // before the first slash, and behind the last
      }
      String name = segment.indexOf('%') < 0 ? segment : decode(segment);
      if (name == null || name.startsWith(".") || name.indexOf('/') >= 0 || name.indexOf(0) >= 0) {
        return null;
      }
      names.append(names.isEmpty() ? "" : "/").append(name);
    }
    return new FilePath(names.toString(), folder);
  }

  private static @Nullable String decode(String segment) {
    byte[] bytes = new byte[segment.length()];
    int length = 0;
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '%') {
        if (i + 2 >= segment.length()) {
          return null;
        }
        int octet =
            Character.digit(segment.charAt(i + 1), 16) * 16
                + Character.digit(segment.charAt(i + 2), 16);
        if (octet < 0) {
          return null;
        }
        bytes[length++] = (byte) octet;
        i += 2;
      } else {
        bytes[length++] = (byte) c;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
