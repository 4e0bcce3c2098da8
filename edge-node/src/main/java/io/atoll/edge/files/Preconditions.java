package io.atoll.edge.files;

import io.atoll.edge.cache.HttpDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a GET or HEAD, and its range, as far as they are judged by a representation's
 * validators (RFC 9110 section 13). Pure.
 *
 * @param ifMatch lines of {@code If-Match}
 * @param ifNoneMatch lines of {@code If-None-Match}
 * @param ifUnmodifiedSince its one value; null where there is none, or several
 * @param ifModifiedSince likewise
 * @param ifRange likewise
 */
record Preconditions(
    List<String> ifMatch,
    List<String> ifNoneMatch,
    @Nullable String ifUnmodifiedSince,
    @Nullable String ifModifiedSince,
    @Nullable String ifRange) {

  /** What follows. */
  enum Verdict {
    /** 200 or 206. */
    SEND,
    /** 304. */
    NOT_MODIFIED,
    /** 412. */
    FAILED
  }

  /**
   * Judges in the order of RFC 9110 section 13.2.2.
   *
   * @param etag the representation's, weak or strong
   * @param modifiedSeconds when it was modified
   */
  Verdict judge(String etag, long modifiedSeconds) {
    if (!ifMatch.isEmpty()) {
      if (!matches(ifMatch, etag, true)) {
        return Verdict.FAILED;
      }
    } else if (isBefore(ifUnmodifiedSince, modifiedSeconds)) {
      return Verdict.FAILED;
    }
    if (!ifNoneMatch.isEmpty()) {
      return matches(ifNoneMatch, etag, false) ? Verdict.NOT_MODIFIED : Verdict.SEND;
    }
    long since = seconds(ifModifiedSince);
    return since != HttpDate.INVALID && modifiedSeconds <= since
        ? Verdict.NOT_MODIFIED
        : Verdict.SEND;
  }

  /**
   * Whether a range may be answered with a part: there is no {@code If-Range}, or it names exactly
   * what would be sent, by a strong validator (RFC 9110 section 13.1.5).
   *
   * @param lastModified as it is sent; null where it isn't
   */
  boolean allowsPart(String etag, @Nullable String lastModified) {
    if (ifRange == null) {
      return true;
    }
    String wanted = ifRange.strip();
    if (wanted.startsWith("\"") || wanted.startsWith("W/")) {
      return matches(List.of(wanted), etag, true) && !wanted.equals("*");
    }
    long date = HttpDate.parse(wanted);
    return lastModified != null && date != HttpDate.INVALID && date == HttpDate.parse(lastModified);
  }

  private static boolean isBefore(@Nullable String date, long modifiedSeconds) {
    long limit = seconds(date);
    return limit != HttpDate.INVALID && modifiedSeconds > limit;
  }

  private static long seconds(@Nullable String date) {
    long millis = HttpDate.parse(date);
    return millis == HttpDate.INVALID ? HttpDate.INVALID : Math.floorDiv(millis, 1000L);
  }

  /** Compares with a list of entity tags or {@code *} (RFC 9110 section 8.8.3.2). */
  private static boolean matches(List<String> lines, String etag, boolean strongly) {
    boolean weak = etag.startsWith("W/");
    String opaque = weak ? etag.substring(2) : etag;
    for (String line : lines) {
      if (line.strip().equals("*") || (!(strongly && weak) && names(line, opaque, strongly))) {
        return true;
      }
    }
    return false;
  }

  /** Walks from quote to quote: commas may stand inside of a tag. */
  private static boolean names(String line, String opaque, boolean strongly) {
    int open = line.indexOf('"');
    while (open >= 0) {
      int close = line.indexOf('"', open + 1);
      if (close < 0) {
        return false;
      }
      boolean weak = open >= 2 && line.startsWith("W/", open - 2);
      if (!(strongly && weak)
          && opaque.length() == close + 1 - open
          && line.startsWith(opaque, open)) {
        return true;
      }
      open = line.indexOf('"', close + 1);
    }
    return false;
  }
}
