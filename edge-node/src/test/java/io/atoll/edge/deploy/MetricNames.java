package io.atoll.edge.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics that {@code docs/metrics.md} promises, and those that a query asks for. */
final class MetricNames {
  private static final Pattern NAME = Pattern.compile("(?<![\\w:])atoll_[a-z0-9_]+(?![\\w:])");
  private static final Pattern SUFFIX = Pattern.compile("_(bucket|sum|count)$");

  private MetricNames() {}

  static Set<String> promised() throws IOException {
    return in(Files.readString(Checkout.file("docs/metrics.md")));
  }

  /** Names of metrics, a histogram's series counted as the histogram. */
  static Set<String> in(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(text);
    while (matcher.find()) {
      names.add(SUFFIX.matcher(matcher.group()).replaceFirst(""));
    }
    return names;
  }
}
