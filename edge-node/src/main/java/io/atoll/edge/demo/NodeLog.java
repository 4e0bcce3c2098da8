package io.atoll.edge.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a node has logged, while it runs or afterwards. To ask a node many times a second when
 * something happened keeps the machine busy just then; its log tells afterwards, to the
 * millisecond.
 *
 * @param file that it prints to
 */
public record NodeLog(Path file) {
  /**
   * When the node first took a backend out of rotation since a time: by the cluster's verdict, or
   * because it leaves it alone itself.
   *
   * @param upstream of the backend, by its name
   * @param backend as {@code HOST:PORT}
   * @param since whole milliseconds of it count, as the log has no finer ones
   * @return empty where it hasn't
   * @throws IOException if the log can't be read
   */
  public Optional<Instant> outOfRotation(String upstream, String backend, Instant since)
      throws IOException {
    Pattern out =
        Pattern.compile(
            "(\\S+) INFO \\S+ - "
                + Pattern.quote(upstream + "/" + backend)
                + " is (?:left alone for|unhealthy now).*");
    Instant from = since.truncatedTo(ChronoUnit.MILLIS);
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(out::matcher)
          .filter(Matcher::matches)
          .map(line -> Instant.parse(line.group(1)))
          .filter(time -> !time.isBefore(from))
          .findFirst();
    }
  }
}
