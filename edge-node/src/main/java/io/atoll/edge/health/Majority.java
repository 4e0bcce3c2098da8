package io.atoll.edge.health;

import java.time.Duration;
import java.util.Collection;

/** What the observers of a backend think together. Pure. */
enum Majority {
  /** At least half of those that were heard lately see it pass. */
  HEALTHY,
  /** More than half of those that were heard lately see it fail. */
  UNHEALTHY,
  /** None was heard lately. */
  SILENT;

  /**
   * Counts the fresh observations of the present observers. A tie is healthy: of two nodes that
   * disagree, the one that can't reach the backend leaves it alone by itself.
   *
   * @param sightings any, of any node
   * @param observers the ids of those who count
   * @param now the ticker's reading
   * @param freshFor an observation counts for so long after it was received
   */
  static Majority of(
      Collection<Sighting> sightings, Collection<String> observers, long now, Duration freshFor) {
    int passing = 0;
    int failing = 0;
    for (Sighting sighting : sightings) {
      if (observers.contains(sighting.node())
          && now - sighting.receivedAt() <= freshFor.toNanos()) {
        if (sighting.passing()) {
          passing++;
        } else {
          failing++;
        }
      }
    }
    if (passing + failing == 0) {
      return SILENT;
    }
    return failing > passing ? UNHEALTHY : HEALTHY;
  }
}
