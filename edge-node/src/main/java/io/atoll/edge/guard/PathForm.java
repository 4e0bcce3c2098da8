package io.atoll.edge.guard;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The normal form of a path (RFC 3986 section 6.2.2): percent-encoded unreserved characters
 * decoded, escapes in upper case, dot segments removed, runs of slashes made one. It is what is
 * matched, cached and forwarded, so that {@code /a/../admin} and {@code /%61dmin} fool nobody. An
 * encoded slash or backslash stays encoded and is an ordinary character of its segment, and so is a
 * semicolon.
 */
public final class PathForm {
  /** What is a dot segment to who takes an escape for a separator, or leaves parameters out. */
  private static final Pattern HIDDEN_DOTS =
      Pattern.compile("(?:^|%2F|%5C)[.]{1,2}(?:;|%2F|%5C|$)");

  private PathForm() {}

  /**
   * The normal form, or null where there is none: it does not begin with a slash, has a malformed
   * escape, a control character, a fragment or a byte that is not ASCII, climbs above the root, or
   * has a dot segment that only some would see, as in {@code ..;} and {@code x%2F..}.
   */
  public static @Nullable String of(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      return null;
    }
    return isPlain(path) ? path : normalize(path);
  }

  /** Nearly every path is in its normal form already: one look, nothing allocated. */
  private static boolean isPlain(String path) {
    char before = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '%' || c == '#' || c == '\\') {
        return false;
      }
      if (before == '/' && (c == '/' || c == '.')) {
        return false;
      }
      before = c;
    }
    return true;
  }

  private static @Nullable String normalize(String path) {
    String decoded = decode(path);
    return decoded == null ? null : withoutDots(decoded);
  }

  private static @Nullable String decode(String path) {
    StringBuilder out = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') {
        return null;
      }
      if (c != '%') {
        out.append(c);
        continue;
      }
      if (i + 2 >= path.length()) {
        return null;
      }
      int high = Character.digit(path.charAt(i + 1), 16);
      int low = Character.digit(path.charAt(i + 2), 16);
      if (high < 0 || low < 0) {
        return null;
      }
      int octet = high * 16 + low;
      if (octet == 0) {
        return null;
      }
      if (isUnreserved(octet)) {
        out.append((char) octet);
      } else {
        out.append('%');
        out.append(Character.toUpperCase(path.charAt(i + 1)));
        out.append(Character.toUpperCase(path.charAt(i + 2)));
      }
      i += 2;
    }
    return out.toString();
  }

  /** RFC 3986 section 5.2.4, but a path that climbs above the root is refused. */
  private static @Nullable String withoutDots(String path) {
    StringBuilder out = new StringBuilder(path.length());
    int from = 0;
    while (from < path.length()) {
      int to = path.indexOf('/', from + 1);
      if (to < 0) {
        to = path.length();
      }
      String segment = path.substring(from + 1, to);
      boolean last = to == path.length();
      switch (segment) {
        case "." -> {
          if (last) {
            out.append('/');
          }
        }
        case ".." -> {
          int parent = out.lastIndexOf("/");
          if (parent < 0) {
            return null;
          }
          out.setLength(parent);
          if (last) {
            out.append('/');
          }
        }
        case "" -> {
          if (last) {
            out.append('/');
          }
        }
        default -> {
          if (HIDDEN_DOTS.matcher(segment).find()) {
            return null;
          }
          out.append('/').append(segment);
        }
      }
      from = to;
    }
    return out.isEmpty() ? "/" : out.toString();
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }
}
