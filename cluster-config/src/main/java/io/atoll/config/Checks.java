package io.atoll.config;

import com.google.re2j.PatternSyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The checks that rules are made of. Each is of one key of a record, empty for the record itself,
 * and where it fails adds a problem that points at the key. Not thread-safe.
 */
final class Checks {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** RFC 9110 section 5.6.2: names of fields, and of cookies (RFC 6265 section 4.1.1). */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  private static final Pattern FIELD_VALUE = Pattern.compile("[\\x20-\\x7e\\t]+");

  private static final Pattern LINE = Pattern.compile("[\\x20-\\x7e]+");

  /** What no path in its normal form has; an escape is that of a reserved or another octet. */
  private static final Pattern NO_PATH =
      Pattern.compile(
          "[?#\\\\]|%(?![0-9A-F]{2})|%00|%2[DE]|%3[0-9]|%4[1-9A-F]|%5[0-9AF]|%6[1-9A-F]|%7[0-9AE]");

  private final Positions positions;
  private final Problems problems;

  Checks(Positions positions, Problems problems) {
    this.positions = positions;
    this.problems = problems;
  }

  /** The path of a record, as messages show it. */
  String pathOf(Object record) {
    return positions.path(record);
  }

  /** Whether every item of a list or map could be read. */
  boolean complete(Object record, String key) {
    return positions.complete(pathOf(record, key));
  }

  /** Whether something is wrong already with a key or below it: it can't be judged as a whole. */
  boolean unread(Object record, String key) {
    return problems.under(pathOf(record, key));
  }

  /** One item at least, where every item could be read. */
  void atLeastOne(List<?> items, Object record, String key, String message) {
    demand(!items.isEmpty() || !complete(record, key), record, key, message);
  }

  void eachOnce(List<?> items, Object record, String key, String what) {
    demand(
        Set.copyOf(items).size() == items.size(), record, key, "expected each " + what + " once");
  }

  <T> void unique(List<T> records, Function<T, String> name) {
    Map<String, T> seen = new HashMap<>();
    for (T record : records) {
      T first = seen.putIfAbsent(name.apply(record), record);
      if (first != null) {
        String where = pathOf(first);
        report(record, "name", "'" + name.apply(record) + "' is already the name of " + where);
      }
    }
  }

  void name(String name, Object record, String key) {
    demand(
        NAME.matcher(name).matches(),
        record,
        key,
        "expected 1 to 64 letters, digits, '.', '_' or '-', found '" + name + "'");
  }

  void token(String text, Object record, String key, String what) {
    demand(isToken(text), record, key, "expected " + what + ", found '" + text + "'");
  }

  /** RFC 9110 section 5.5, of what a file may say: visible ASCII, blanks and tabs inside it. */
  void fieldValue(String value, Object record, String key) {
    demand(
        value.isEmpty() || (FIELD_VALUE.matcher(value).matches() && value.strip().equals(value)),
        record,
        key,
        "expected the value of a field: printable ASCII without blanks at its ends");
  }

  void path(String path, Object record, String key) {
    demand(
        path.startsWith("/") && isLine(path) && path.indexOf(' ') < 0,
        record,
        key,
        "expected a path that starts with /, found '" + path + "'");
  }

  /** A path that a request's is compared with, which is in its normal form then. */
  void normalPath(String path, Object record, String key) {
    path(path, record, key);
    demand(
        isNormal(path),
        record,
        key,
        "expected a path in its normal form, without dot segments, empty segments, a query and"
            + " escapes of plain characters, found '"
            + path
            + "'");
  }

  private static boolean isNormal(String path) {
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      String segment = segments[i];
      if (segment.equals(".")
          || segment.equals("..")
          || (segment.isEmpty() && i < segments.length - 1)) {
        return false;
      }
    }
    return NO_PATH.matcher(path).results().findAny().isEmpty();
  }

  void regex(String regex, Object record, String key) {
    try {
      var _ = com.google.re2j.Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      report(record, key, "expected a regular expression (RE2), found " + e.getDescription());
    }
  }

  void range(int value, int least, int most, Object record, String key) {
    String range = most == Integer.MAX_VALUE ? least + " or more" : least + " to " + most;
    demand(value >= least && value <= most, record, key, "expected " + range + ", found " + value);
  }

  void port(int port, Object record, String key) {
    demand(
        port >= 1 && port <= 65_535, record, key, "expected a port from 1 to 65535, found " + port);
  }

  void positive(Duration duration, Object record, String key) {
    demand(!duration.isZero(), record, key, "expected more than 0s");
  }

  void host(HostPort address, Object record, String key) {
    demand(
        address.host().indexOf('/') < 0,
        record,
        key,
        "expected an address or a name, found the network " + address.host());
  }

  void readable(Path file, Object record, String key) {
    demand(
        Files.isRegularFile(file) && Files.isReadable(file),
        record,
        key,
        "expected a readable file, found none at " + file);
  }

  void demand(boolean kept, Object record, String key, String message) {
    if (!kept) {
      report(record, key, message);
    }
  }

  /** Of a key with which, or below which, something is wrong already, nothing is said twice. */
  void report(Object record, String key, String message) {
    String path = pathOf(record, key);
    if (!problems.under(path)) {
      problems.add(positions.at(path), path, message);
    }
  }

  /** Of the record itself, whatever is wrong below it. */
  void add(Object record, String message) {
    String path = pathOf(record);
    problems.add(positions.at(path), path, message);
  }

  /** The path of a record's key, {@code [i]} for an item of one that is a list; empty: itself. */
  private String pathOf(Object record, String key) {
    String owner = pathOf(record);
    return key.isEmpty() || key.startsWith("[") ? owner + key : Keys.child(owner, key);
  }

  static boolean isToken(String text) {
    return TOKEN.matcher(text).matches();
  }

  /** Printable ASCII, and not empty. */
  static boolean isLine(String text) {
    return LINE.matcher(text).matches();
  }
}
