package io.atoll.edge.balance;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The backends that may be chosen at one moment, with the weights that count at this node.
 * Immutable; a change of mind makes a new one, so that the identity of a rotation tells a balancer
 * whether its own state still fits. Making one takes a few passes over the backends and no more.
 *
 * <p>The first level comes first. Only where none of it is left does the next step in. And where
 * fewer than the panic threshold of a level are left, health has become a poor guide: sending
 * everything to the few would take them down too, and most often it is the judge that errs. Then
 * every backend that does not drain is used, whatever its zone (as Envoy's panic mode).
 */
public final class Rotation {
  private static final Backend[] NOBODY = {};
  private static final long[] ALL = {};
  private static final int ABSENT = -1;

  /** Those with a share, and behind them those of other zones, for who finds none of the first. */
  private final Backend[] backends;

  private final int size;
  private final long[] weights;
  private final long totalWeight;
  private final boolean uniform;
  private final boolean panic;

  /** By {@link Backend#slot} the index. */
  private final int[] indices;

  private final @Nullable Maglev table;

  /** How many of 2^32 hashes that are a backend's by the table it takes; empty: all. */
  private final long[] taken;

  private final AtomicInteger outstanding;

  /** Those on trial, of whatever level and zone: none of them is in rotation. */
  private final Backend[] onTrial;

  /** Made by the first who draws: an immutable object, so that it does no harm if two do. */
  private @Nullable AliasTable chances;

  private Rotation(
      Backend[] backends,
      long[] weights,
      boolean panic,
      Listing listing,
      @Nullable Maglev table,
      AtomicInteger outstanding,
      Backend[] onTrial) {
    this.backends = backends;
    this.weights = weights;
    this.panic = panic;
    this.table = table;
    this.outstanding = outstanding;
    this.onTrial = onTrial;
    this.size = sort(backends, weights);
    this.indices = new int[listing.slots()];
    Arrays.fill(indices, ABSENT);
    long total = 0;
    boolean same = true;
    for (int i = 0; i < backends.length; i++) {
      indices[backends[i].slot()] = i;
      total += weights[i];
      same &= i >= size || weights[i] == weights[0];
    }
    this.totalWeight = total;
    this.uniform = same;
    this.taken = table == null ? ALL : taken();
  }

  /** Puts those without a share behind those with one, in their order; how many have one. */
  private static int sort(Backend[] backends, long[] weights) {
    int kept = 0;
    for (long weight : weights) {
      kept += weight > 0 ? 1 : 0;
    }
    if (kept == weights.length) {
      return kept;
    }
    Backend[] before = backends.clone();
    long[] weighed = weights.clone();
    int first = 0;
    int last = kept;
    for (int i = 0; i < before.length; i++) {
      int at = weighed[i] > 0 ? first++ : last++;
      backends[at] = before[i];
      weights[at] = weighed[i];
    }
    return kept;
  }

  /**
   * The rotation for backends as they stand now.
   *
   * @param listing every backend of the upstream
   * @param panicThreshold per cent of a level that must be left for it to be used; 0: never panic
   * @param zones where nodes stand
   * @param slowStart by which backends come to their share
   * @param now a reading of the ticker that slow starts began by
   * @param outstanding the requests under way at all of them, if somebody counts
   */
  static Rotation of(
      Listing listing,
      int panicThreshold,
      Zones zones,
      SlowStart slowStart,
      long now,
      AtomicInteger outstanding) {
    int level = firstWithAnyLeft(listing);
    if (level < listing.levels()) {
      Backend[] left = left(listing, listing.start(level), listing.end(level), false);
      if (left.length * 100 >= willing(listing, level) * panicThreshold) {
        long[] weights = Shares.of(left, capacity(left, slowStart, now), zones);
        Backend[] tried = onTrial(listing);
        return new Rotation(
            left, weights, false, listing, listing.table(level), outstanding, tried);
      }
    }
    Backend[] everyone = NOBODY;
    if (panicThreshold > 0 && listing.levels() > 0) {
      everyone = left(listing, 0, listing.backends().length, true);
    }
    boolean panic = everyone.length > 0;
    Backend[] tried = panic ? NOBODY : onTrial(listing);
    return new Rotation(
        everyone, nominal(everyone), panic, listing, listing.table(), outstanding, tried);
  }

  private static Backend[] onTrial(Listing listing) {
    return Arrays.stream(listing.backends())
        .filter(backend -> backend.standing().admitsTrial())
        .toArray(Backend[]::new);
  }

  private static int firstWithAnyLeft(Listing listing) {
    Backend[] all = listing.backends();
    for (int level = 0; level < listing.levels(); level++) {
      for (int i = listing.start(level); i < listing.end(level); i++) {
        if (all[i].admits()) {
          return level;
        }
      }
    }
    return listing.levels();
  }

  private static int willing(Listing listing, int level) {
    int willing = 0;
    for (int i = listing.start(level); i < listing.end(level); i++) {
      willing += listing.backends()[i].standing().draining() ? 0 : 1;
    }
    return willing;
  }

  /** Those of a part of the list that admit requests, or, in panic, that don't drain. */
  private static Backend[] left(Listing listing, int from, int to, boolean panic) {
    Backend[] left = new Backend[to - from];
    int size = 0;
    for (int i = from; i < to; i++) {
      Backend backend = listing.backends()[i];
      if (panic ? !backend.standing().draining() : backend.admits()) {
        left[size++] = backend;
      }
    }
    return size == left.length ? left : Arrays.copyOf(left, size);
  }

  private static long[] nominal(Backend[] backends) {
    return Arrays.stream(backends).mapToLong(Backend::weight).toArray();
  }

  /** Weights, in thousandths where one of the backends has not come to its whole one yet. */
  private static long[] capacity(Backend[] backends, SlowStart slowStart, long now) {
    long[] weights = nominal(backends);
    boolean starting = false;
    for (Backend backend : backends) {
      starting |= backend.starting();
    }
    for (int i = 0; starting && i < weights.length; i++) {
      weights[i] *= backends[i].share(slowStart, now);
    }
    return weights;
  }

  /** How many have a share; 0 where every backend drains. */
  public int size() {
    return size;
  }

  /** The backend at an index from 0. */
  public Backend get(int index) {
    return backends[index];
  }

  /** Its weight at this node, against those of the others: never 0 below {@link #size}. */
  public long weight(int index) {
    return weights[index];
  }

  /**
   * Whether the backend may be chosen, if only by who finds no other: those of other zones may,
   * where this node's own zone has room for all.
   */
  public boolean contains(Backend backend) {
    return indexOf(backend) >= 0;
  }

  /** The part of this node's requests that is a backend's by weight, 0 to 1. */
  public double share(Backend backend) {
    int index = indexOf(backend);
    return index < 0 ? 0 : (double) weights[index] / totalWeight;
  }

  /** Whether too few are healthy and all are used. */
  public boolean panic() {
    return panic;
  }

  /** The sum of the weights. */
  public long totalWeight() {
    return totalWeight;
  }

  /**
   * A backend on trial, whose one request the asker's is from now on; null where there is none, or
   * each has one.
   */
  @Nullable Backend takeTrial(Picking request) {
    for (Backend backend : onTrial) {
      Trial trial = backend.trial();
      if (trial != null
          && !request.excludes(backend)
          && request.ventures(backend)
          && trial.take()) {
        return backend;
      }
    }
    return null;
  }

  /** The backends, for those who may take their time: those that have a share first. */
  public List<Backend> backends() {
    return List.of(backends);
  }

  /** The weights by index, not to be changed. */
  long[] weights() {
    return weights;
  }

  /** Whether all weights are the same. */
  boolean uniform() {
    return uniform;
  }

  /** The index of a backend, or -1. */
  int indexOf(Backend backend) {
    int slot = backend.slot();
    int index = slot < indices.length ? indices[slot] : ABSENT;
    return index >= 0 && backends[index] == backend ? index : ABSENT;
  }

  /** The index that 64 bits of chance mean, by weight. */
  int drawn(long bits) {
    if (uniform) {
      return Chance.below(size, bits);
    }
    AliasTable table = chances;
    if (table == null) {
      table = AliasTable.of(weights, size, totalWeight);
      chances = table;
    }
    return table.draw(bits);
  }

  /** By which hashes find backends; null where none do. */
  @Nullable Maglev table() {
    return table;
  }

  /**
   * Whether a backend takes a hash that the table gives it. The table knows nominal weights: who
   * has less at the moment passes some of its hashes on, the same at every node, and takes one back
   * with every bit of weight.
   */
  boolean takes(int index, long hash) {
    return taken.length == 0
        || (StableHash.mix(hash ^ backends[index].hash()) >>> 32) < taken[index];
  }

  private long[] taken() {
    double most = 0;
    boolean nominal = true;
    for (int i = 0; i < size; i++) {
      nominal &= weights[i] == backends[i].weight();
      most = Math.max(most, (double) weights[i] / backends[i].weight());
    }
    if (nominal) {
      return ALL;
    }
    long[] parts = new long[size];
    for (int i = 0; i < size; i++) {
      double part = (double) weights[i] / backends[i].weight() / most;
      parts[i] = Math.round(part * (1L << 32));
    }
    return parts;
  }

  /**
   * Whether a backend has less than so many per cent of its part of the requests under way, the one
   * that asks included: whether it may take it (Mirrokni, Thorup and Zadimoghaddam, 2018).
   */
  boolean hasRoom(int index, int percent) {
    long load = backends[index].outstanding();
    long all = outstanding.get() + 1L;
    return load * 100 * totalWeight < percent * all * weights[index];
  }

  /**
   * For a request that excludes every backend with a share: one of another zone, or one that it
   * excludes.
   *
   * @param bits of chance
   */
  Backend lastResort(Picking request, long bits) {
    int others = backends.length - size;
    int start = others == 0 ? 0 : Chance.below(others, bits);
    for (int n = 0; n < others; n++) {
      Backend other = backends[size + (start + n) % others];
      if (!request.excludes(other)) {
        return other;
      }
    }
    return backends[Chance.below(size, bits)];
  }

  @Override
  public String toString() {
    return backends() + (panic ? " in panic" : "");
  }
}
