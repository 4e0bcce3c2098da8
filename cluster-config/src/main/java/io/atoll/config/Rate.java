package io.atoll.config;

import java.time.Duration;

/**
 * So many permits for each period, written {@code 100/s}, {@code 6000/m} or {@code 10/h}.
 *
 * @param permits one or more
 * @param per a second, a minute or an hour
 */
public record Rate(long permits, Duration per) {
  /** Refuses a rate of nothing. */
  public Rate {
    if (permits < 1 || per.isZero() || per.isNegative()) {
      throw new IllegalArgumentException(permits + "/" + per + " (expected: at least 1 in a time)");
    }
  }
}
