package io.atoll.edge.guard;

import org.jspecify.annotations.Nullable;

/** What names, values and queries may be made of. Pure. */
public final class FieldText {
  /** A look-alike with as much between its letters as anybody may overlook. */
  private static final int LONGEST_LOOK_ALIKE = 24;

  private FieldText() {}

  /** A token (RFC 9110 section 5.6.2). */
  static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isTokenChar(name.charAt(i))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /**
   * Whether a name that is not {@code Content-Length} or {@code Transfer-Encoding} may be taken for
   * it: servers that make variables of names put the same character for a hyphen, an underscore and
   * others.
   */
  public static boolean looksLikeFraming(CharSequence name) {
    if (name.length() < "contentlength".length() || name.length() > LONGEST_LOOK_ALIKE) {
      return false;
    }
    int first = name.charAt(0) | 0x20;
    return (first == 'c' && spells(name, "contentlength"))
        || (first == 't' && spells(name, "transferencoding"));
  }

  /** Whether letters and digits alone are these, and the rest is not just the one hyphen. */
  private static boolean spells(CharSequence name, String letters) {
    int at = 0;
    int hyphens = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      hyphens += c == '-' ? 1 : 0;
      if (isLetterOrDigit(c)) {
        if (at == letters.length() || (c | 0x20) != letters.charAt(at++)) {
          return false;
        }
      }
    }
    boolean itself = hyphens == 1 && name.length() == letters.length() + 1;
    return at == letters.length() && !(itself && isRightHyphen(name));
  }

  private static boolean isRightHyphen(CharSequence name) {
    return name.charAt((name.charAt(0) | 0x20) == 'c' ? 7 : 8) == '-';
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /**
   * A field's value (RFC 9110 section 5.5): no control characters but the tab, and no folded lines,
   * which HTTP/2 forbids as well (RFC 9113 section 8.2.1).
   */
  static boolean isValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a query can stand in a request line: no blank and no control character. What else RFC
   * 3986 does not allow is passed on, as clients send it and backends know it.
   */
  public static boolean isQuery(@Nullable String query) {
    if (query == null) {
      return true;
    }
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c <= ' ' || c == 0x7f || c > 0xff) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTokenChar(char c) {
    return isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }
}
