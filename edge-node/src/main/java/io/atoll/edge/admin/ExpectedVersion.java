package io.atoll.edge.admin;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code If-Match} (RFC 9110 section 13.1.1) with versions as entity tags. */
final class ExpectedVersion {
  /** An entity tag, which may be weak, or nothing between two commas. */
  private static final Pattern TAG =
      Pattern.compile("[ \\t]*(?:(W/)?\"([\\x21\\x23-\\x7e]*)\")?[ \\t]*(?:,|$)");

  private ExpectedVersion() {}

  /**
   * Which versions a change may follow.
   *
   * @param fields the values of all fields of that name; none: any version
   * @throws AdminProblem where they are not of the form
   */
  static LongPredicate of(List<String> fields) {
    String value = String.join(",", fields).strip();
    if (fields.isEmpty() || value.equals("*")) {
      return _ -> true;
    }
    Set<String> tags = new HashSet<>();
    Matcher matcher = TAG.matcher(value);
    int at = 0;
    while (at < value.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw AdminProblem.badRequest("If-Match is not of the form \"1\", \"2\" or *.");
      }
      // Of weak tags none matches: the comparison is the strong one.
      if (matcher.group(2) != null && matcher.group(1) == null) {
        tags.add(matcher.group(2));
      }
      at = matcher.end();
    }
    return version -> tags.contains(Long.toString(version));
  }

  /** The entity tag of a version. */
  static String tag(long version) {
    return "\"" + version + "\"";
  }
}
