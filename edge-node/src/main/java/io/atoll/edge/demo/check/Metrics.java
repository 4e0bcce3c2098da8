package io.atoll.edge.demo.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of metrics in Prometheus's text format, as one node gave it.
 *
 * @param samples in the order of the page
 */
record Metrics(List<Sample> samples) {
  private static final Pattern LINE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})?\\s+"
              + "([-+]?[0-9][-+.eE0-9]*|[-+]Inf|NaN)(?:\\s+\\d+)?");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /**
   * One value.
   *
   * @param name of the metric
   * @param labels that tell it from others of the name
   * @param value possibly NaN or infinite
   */
  record Sample(String name, Map<String, String> labels, double value) {}

  /** Reads those lines of a page that begin so; lines of another form are passed over. */
  static Metrics parse(String page, String beginning) {
    List<Sample> samples = new ArrayList<>();
    page.lines()
        .filter(line -> line.startsWith(beginning))
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(line -> samples.add(sample(line)));
    return new Metrics(samples);
  }

  /** The sum of a metric's samples with these labels among theirs; 0 where there are none. */
  double sum(String name, Map<String, String> labels) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .filter(sample -> sample.labels().entrySet().containsAll(labels.entrySet()))
        .mapToDouble(Sample::value)
        .sum();
  }

  private static Sample sample(Matcher line) {
    String labels = line.group(2) == null ? "" : line.group(2);
    return new Sample(
        line.group(1),
        LABEL
            .matcher(labels)
            .results()
            .collect(Collectors.toMap(label -> label.group(1), label -> label.group(2))),
        number(line.group(3)));
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
