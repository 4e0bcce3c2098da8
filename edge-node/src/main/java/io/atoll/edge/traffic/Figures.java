package io.atoll.edge.traffic;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one node has to say of its traffic to one upstream.
 *
 * @param requests over {@link Traffic#WINDOW}, retries not counted
 * @param retries over the same
 * @param backends how each answered, by {@code HOST:PORT}; those that had no request are left out,
 *     and no more than {@link #MOST} are named: first those with errors, then those with most to do
 */
public record Figures(long requests, long retries, Map<String, Seen> backends) {
  /** Backends that are named at most, which takes some 60 KiB. */
  public static final int MOST = 1000;

  /** No traffic. */
  public static final Figures NONE = new Figures(0, 0, Map.of());

  private static final Comparator<Map.Entry<String, Seen>> MOST_TELLING_FIRST =
      Comparator.comparing(
          Map.Entry::getValue,
          Comparator.comparingLong(Seen::errors).thenComparingLong(Seen::outcomes).reversed());

  /** Keeps to the bound. */
  public Figures {
    backends = Map.copyOf(backends.size() > MOST ? mostTelling(backends) : backends);
  }

  private static Map<String, Seen> mostTelling(Map<String, Seen> all) {
    Map<String, Seen> most = new LinkedHashMap<>();
    all.entrySet().stream()
        .sorted(MOST_TELLING_FIRST)
        .limit(MOST)
        .forEach(entry -> most.put(entry.getKey(), entry.getValue()));
    return most;
  }

  /** What was seen of a backend. */
  public Seen seen(String backend) {
    return backends.getOrDefault(backend, Seen.NOTHING);
  }

  /** Whether there was no traffic in the window. */
  public boolean quiet() {
    return requests == 0 && retries == 0 && backends.isEmpty();
  }
}
