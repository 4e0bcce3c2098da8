package io.atoll.edge.cache;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored responses of one key, which differ in what they vary on; newest first, at most {@link
 * #MOST_VARIANTS}. Immutable.
 *
 * @param variants one or more
 */
record StoredResource(List<StoredResponse> variants) {
  /** Variants of one key; a further one drops the oldest. */
  static final int MOST_VARIANTS = 16;

  StoredResource {
    variants = List.copyOf(variants);
  }

  /** The newest variant that answers a request. */
  @Nullable StoredResponse choose(MultiMap request) {
    for (int i = 0; i < variants.size(); i++) {
      StoredResponse variant = variants.get(i);
      if (variant.head().matches(request)) {
        return variant;
      }
    }
    return null;
  }

  /**
   * With a variant in front, which replaces the one with the same {@code Vary} values; unless that
   * was fetched after a later purge, for then the new one is already out of date.
   */
  StoredResource with(StoredResponse added) {
    List<StoredResponse> all = new ArrayList<>(variants.size() + 1);
    all.add(added);
    for (StoredResponse variant : variants) {
      if (!variant.head().vary().same(added.head().vary())) {
        all.add(variant);
      } else if (supersedes(variant.head().mark(), added.head().mark())) {
        return this;
      }
    }
    return new StoredResource(all.subList(0, Math.min(all.size(), MOST_VARIANTS)));
  }

  private static boolean supersedes(Mark one, Mark other) {
    return one.era() == other.era()
        && one.lineage() == other.lineage()
        && one.number() > other.number();
  }

  /** Without one of its variants; null where none is left. */
  @Nullable StoredResource without(StoredResponse dropped) {
    List<StoredResponse> left = variants.stream().filter(v -> v != dropped).toList();
    return left.isEmpty() ? null : new StoredResource(left);
  }

  int weight() {
    int weight = 64;
    for (StoredResponse variant : variants) {
      weight = (int) Math.min(Integer.MAX_VALUE, (long) weight + variant.weight());
    }
    return weight;
  }

  long keptUntilMillis() {
    long until = 0;
    for (StoredResponse variant : variants) {
      until = Math.max(until, variant.head().keptUntilMillis());
    }
    return until;
  }
}
