package io.atoll.edge.guard;

import io.vertx.core.MultiMap;

/** Fields that are lists of words, such as {@code Connection} (RFC 9110 section 5.6.1). */
public final class FieldOptions {
  private FieldOptions() {}

  /** Whether one of the lines of a field has this word, compared without case. */
  public static boolean contain(MultiMap fields, CharSequence name, String word) {
    for (String line : fields.getAll(name)) {
      for (String said : line.split(",", -1)) {
        if (said.trim().equalsIgnoreCase(word)) {
          return true;
        }
      }
    }
    return false;
  }
}
