package io.atoll.edge.session;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * The cookie of a session in the table: {@code ID.HINT}, digits of base64url (RFC 4648 section 5).
 * The id is 132 random bits and all that counts. The hint says which backend it was and when, for a
 * node that can't ask the table or whose table lost it; it is not authentic, and believed only for
 * the client's own routing.
 *
 * @param id 22 digits
 * @param backend 42 bits, see {@link Hints}
 * @param began when the session did, in seconds since 1970
 * @param issued when the cookie was made
 */
record TableCookie(String id, long backend, long began, long issued) {
  private static final int ID = 22;
  private static final int BACKEND = 7;
  private static final int TIME = 6;
  private static final int LENGTH = ID + 1 + BACKEND + 2 * TIME;
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  /** A new id. */
  static String newId(SecureRandom random) {
    byte[] bits = new byte[ID];
    random.nextBytes(bits);
    StringBuilder id = new StringBuilder(ID);
    for (byte six : bits) { // 132 bits: as many as 22 digits hold
      id.append(DIGITS.charAt(six & 63));
    }
    return id.toString();
  }

  /** Reads a cookie; null where it is not of this form. */
  static @Nullable TableCookie parse(String value) {
    if (value.length() != LENGTH || value.charAt(ID) != '.') {
      return null;
    }
    for (int i = 0; i < ID; i++) {
      if (digit(value.charAt(i)) < 0) {
        return null;
      }
    }
    long backend = number(value, ID + 1, BACKEND);
    long began = number(value, ID + 1 + BACKEND, TIME);
    long issued = number(value, ID + 1 + BACKEND + TIME, TIME);
    return backend < 0 || began < 0 || issued < 0
        ? null
        : new TableCookie(value.substring(0, ID), backend, began, issued);
  }

  /** The cookie's value. */
  @Override
  public String toString() {
    StringBuilder value = new StringBuilder(LENGTH).append(id).append('.');
    append(value, backend, BACKEND);
    append(value, began, TIME);
    append(value, issued, TIME);
    return value.toString();
  }

  private static void append(StringBuilder to, long number, int digits) {
    for (int shift = 6 * (digits - 1); shift >= 0; shift -= 6) {
      to.append(DIGITS.charAt((int) (number >>> shift) & 63));
    }
  }

  private static long number(String value, int from, int digits) {
    long number = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = digit(value.charAt(i));
      if (digit < 0) {
        return -1;
      }
      number = number << 6 | digit;
    }
    return number;
  }

  private static int digit(char c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
  }
}
