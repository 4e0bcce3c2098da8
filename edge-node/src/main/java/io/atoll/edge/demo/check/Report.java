package io.atoll.edge.demo.check;

import java.util.List;
import java.util.function.Function;

/**
 * All promises of a check, in the order in which they were measured.
 *
 * @param findings one or more
 */
public record Report(List<Finding> findings) {
  /** Copies the list. */
  public Report {
    findings = List.copyOf(findings);
  }

  /** Whether every promise was kept. */
  public boolean kept() {
    return findings.stream().allMatch(Finding::kept);
  }

  /** A table for people: promise, figure, goal, and {@code ok} or {@code BROKEN}. */
  public String table() {
    int promise = width("promise", Finding::promise);
    int figure = width("measured", Finding::figure);
    int goal = width("goal", Finding::goal);
    String line = "%-" + promise + "s  %-" + figure + "s  %-" + goal + "s  %s%n";
    StringBuilder table = new StringBuilder(line.formatted("promise", "measured", "goal", ""));
    table.append("-".repeat(promise + figure + goal + 12)).append(System.lineSeparator());
    for (Finding finding : findings) {
      table.append(
          line.formatted(
              finding.promise(),
              finding.figure(),
              finding.goal(),
              finding.kept() ? "ok" : "BROKEN"));
    }
    return table.toString();
  }

  private int width(String heading, Function<Finding, String> column) {
    return findings.stream()
        .map(column)
        .mapToInt(String::length)
        .reduce(heading.length(), Math::max);
  }
}
