package io.atoll.edge.cache;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The client's conditions, judged against a stored response (RFC 9110 §13, RFC 9111 §4.3.2). */
final class Conditions {
  /** Fields that a 304 repeats (RFC 9110 §15.4.5), beside what describes this one response. */
  private static final Set<String> REPEATED =
      Set.of(
          "cache-control",
          "content-location",
          "date",
          "etag",
          "expires",
          "last-modified",
          "vary",
          "via");

  private Conditions() {}

  /** Whether the request asks for nothing but a comparison that this cache can make. */
  static boolean none(MultiMap request) {
    return !request.contains(HttpHeaders.IF_NONE_MATCH)
        && !request.contains(HttpHeaders.IF_MODIFIED_SINCE);
  }

  /**
   * Whether the client's copy is still good, so that 304 is the answer.
   *
   * @param status of the stored response
   * @param etag of the stored response
   * @param modified its {@code Last-Modified}
   * @param date its {@code Date}
   */
  static boolean notModified(
      MultiMap request,
      int status,
      @Nullable String etag,
      @Nullable String modified,
      @Nullable String date) {
    if (status != 200) {
      return false;
    }
    List<String> tags = request.getAll(HttpHeaders.IF_NONE_MATCH);
    if (!tags.isEmpty()) {
      return matches(tags, etag);
    }
    long since = HttpDate.parse(request.get(HttpHeaders.IF_MODIFIED_SINCE));
    long changed = HttpDate.parse(modified != null ? modified : date);
    return since != HttpDate.INVALID && changed != HttpDate.INVALID && changed <= since;
  }

  /** Weak comparison with a list of entity tags, or {@code *} (RFC 9110 §8.8.3.2, §13.1.2). */
  private static boolean matches(List<String> lines, @Nullable String etag) {
    for (String line : lines) {
      if (line.strip().equals("*")) {
        return true;
      }
      if (etag != null && contains(line, opaque(etag))) {
        return true;
      }
    }
    return false;
  }

  /** Looks for a quoted tag in a list; commas may stand inside the quotes. */
  private static boolean contains(String line, String tag) {
    int open = line.indexOf('"');
    while (open >= 0) {
      int close = line.indexOf('"', open + 1);
      if (close < 0) {
        return false;
      }
      if (tag.length() == close + 1 - open && line.startsWith(tag, open)) {
        return true;
      }
      open = line.indexOf('"', close + 1);
    }
    return false;
  }

  /**
   * Whether a 304 speaks of another response than the one that is stored (RFC 9111 §4.3.4). Weak
   * and strong tags of one text count as one: servers that compress weaken the tag of a 200 and
   * leave that of a 304.
   *
   * @param stored the stored response's tag
   * @param said the tag in the 304
   */
  static boolean contradicts(@Nullable String stored, @Nullable String said) {
    return stored != null && said != null && !opaque(stored).equals(opaque(said));
  }

  private static String opaque(String etag) {
    String trimmed = etag.strip();
    return trimmed.startsWith("W/") ? trimmed.substring(2) : trimmed;
  }

  /** The fields of a 304 made from those of the response it stands for. */
  static MultiMap repeated(MultiMap fields) {
    MultiMap kept = HttpHeaders.headers();
    for (String name : REPEATED) {
      List<String> values = fields.getAll(name);
      if (!values.isEmpty()) {
        kept.add(name, values);
      }
    }
    return kept;
  }
}
