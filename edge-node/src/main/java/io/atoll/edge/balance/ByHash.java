package io.atoll.edge.balance;

import org.jspecify.annotations.Nullable;

/**
 * The same backend for the same hash, at every node: where {@link Maglev}'s table says, or the next
 * one in the table that may be used. With a bound nobody gets a request who has its part of those
 * under way at this node and so many per cent of it: a hot key spills over, first to one more
 * backend, always the same, and then to others (consistent hashing with bounded loads, Mirrokni et
 * al., 2018).
 *
 * <p>Where many entries lead to nobody, because few of those listed are left or have room, the
 * backend is the one that, of those that may take the request, hashes highest together with it
 * (rendezvous hashing): all are looked at then.
 */
public final class ByHash implements Balancer {
  /**
   * Entries looked at: if a tenth of the backends may be used, one of a million requests goes on.
   */
  static final int MOST_PROBES = 128;

  private final int bound;

  /**
   * A balancer.
   *
   * @param bound per cent of its part of the requests under way that a backend is loaded with, more
   *     than 100; 0: any
   */
  public ByHash(int bound) {
    this.bound = bound;
  }

  @Override
  public @Nullable Backend pick(Rotation rotation, Picking request) {
    Maglev table = rotation.table();
    if (rotation.size() == 0 || table == null) {
      return null;
    }
    long hash = request.hash();
    int entry = table.entry(hash);
    for (int probes = 0; probes < MOST_PROBES; probes++) {
      int index = rotation.indexOf(table.at(entry));
      if (index >= 0
          && index < rotation.size()
          && rotation.takes(index, hash)
          && mayTake(rotation, index, request)) {
        return rotation.get(index);
      }
      entry = table.next(entry);
    }
    return ofAll(rotation, request, hash);
  }

  private boolean mayTake(Rotation rotation, int index, Picking request) {
    return !request.excludes(rotation.get(index)) && (bound == 0 || rotation.hasRoom(index, bound));
  }

  /** The highest of those that may take it; else of those that have no room. */
  private Backend ofAll(Rotation rotation, Picking request, long hash) {
    int best = -1;
    int full = -1;
    for (int i = 0; i < rotation.size(); i++) {
      if (mayTake(rotation, i, request)) {
        best = higher(rotation, best, i, hash);
      } else if (!request.excludes(rotation.get(i))) {
        full = higher(rotation, full, i, hash);
      }
    }
    int picked = best >= 0 ? best : full;
    return picked >= 0 ? rotation.get(picked) : rotation.lastResort(request, hash);
  }

  private static int higher(Rotation rotation, int one, int other, long hash) {
    if (one < 0) {
      return other;
    }
    long first = StableHash.mix(hash + rotation.get(one).hash());
    long second = StableHash.mix(hash + rotation.get(other).hash());
    return Long.compareUnsigned(first, second) >= 0 ? one : other;
  }
}
