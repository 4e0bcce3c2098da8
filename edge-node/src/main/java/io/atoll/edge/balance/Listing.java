package io.atoll.edge.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backends that are listed, and what follows from that alone, whatever is thought of them.
 * Immutable.
 */
final class Listing {
  private static final Maglev[] NO_TABLES = {};

  private final Backend[] backends;

  /** Of each level where it ends. */
  private final int[] ends;

  private final Maglev[] tables;
  private final @Nullable Maglev everyone;
  private final int slots;

  private Listing(Backend[] backends, int[] ends, boolean hashed) {
    this.backends = backends;
    this.ends = ends;
    this.tables = hashed ? new Maglev[ends.length] : NO_TABLES;
    for (int level = 0; level < tables.length; level++) {
      tables[level] = Maglev.of(Arrays.asList(backends).subList(start(level), ends[level]));
    }
    this.everyone =
        tables.length > 1
            ? Maglev.of(Arrays.asList(backends))
            : tables.length > 0 ? tables[0] : null;
    this.slots = Arrays.stream(backends).mapToInt(Backend::slot).max().orElse(-1) + 1;
  }

  /**
   * Puts backends in their order: by level, and as listed.
   *
   * @param hashed whether requests are to find them by hash, which takes tables
   */
  static Listing of(Collection<Backend> listed, boolean hashed) {
    List<Backend> sorted = new ArrayList<>(listed);
    sorted.sort(Comparator.comparingInt(backend -> backend.member().level()));
    int[] ends = new int[(int) sorted.stream().map(b -> b.member().level()).distinct().count()];
    int level = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      if (i == sorted.size() || differ(sorted.get(i - 1), sorted.get(i))) {
        ends[level++] = i;
      }
    }
    return new Listing(sorted.toArray(Backend[]::new), ends, hashed);
  }

  private static boolean differ(Backend one, Backend other) {
    return one.member().level() != other.member().level();
  }

  /** All, by level. */
  Backend[] backends() {
    return backends;
  }

  int levels() {
    return ends.length;
  }

  /** Where a level's backends begin. */
  int start(int level) {
    return level == 0 ? 0 : ends[level - 1];
  }

  /** Where a level's backends end. */
  int end(int level) {
    return ends[level];
  }

  /** By which requests of a level find backends; null where they don't by hash. */
  @Nullable Maglev table(int level) {
    return tables.length == 0 ? null : tables[level];
  }

  /** The same for all levels together. */
  @Nullable Maglev table() {
    return everyone;
  }

  /** One more than the highest {@link Backend#slot} of them. */
  int slots() {
    return slots;
  }
}
