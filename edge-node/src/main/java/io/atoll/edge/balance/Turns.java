package io.atoll.edge.balance;

import java.util.Arrays;

/**
 * Turns by weight, as evenly as whole turns can be: at any time each has had less than one turn
 * more and less than one turn fewer than its share so far, and over a cycle of as many turns as the
 * weights sum up to exactly its weight. A turn costs O(log n), amortized.
 *
 * <p>This is worst-case fair weighted fair queueing, WF²Q (Bennett and Zhang, 1996): of those whose
 * next turn would have begun in an ideal, fluid sharing, the one whose turn would end there first.
 * Turns are all as long, so that its bound is that of apportionment: the quota rule.
 *
 * <p>Those passed over stay in front; what they miss is not owed to them beyond one turn. Not
 * thread-safe.
 */
final class Turns {
  private final long[] weights;
  private final long total;
  private final long[] had;
  private final Heap begun;
  private final Heap toCome;
  private final int[] passed;
  private int passedSize;
  private long taken;
  private int afterTies;

  /**
   * A cycle at its beginning.
   *
   * @param weights of which the first {@code size} count, positive
   * @param total their sum, at most 2^31
   */
  Turns(long[] weights, int size, long total) {
    this.weights = weights;
    this.total = total;
    this.had = new long[size];
    this.begun = new Heap(size, 1);
    this.toCome = new Heap(size, 0);
    this.passed = new int[size];
    sort();
  }

  /** Gives one the first turn of the cycle, whoever is due; ties go to those behind it first. */
  void startWith(int index) {
    had[index] = 1;
    taken = 1;
    afterTies = index + 1;
    sort();
  }

  /** Whose turn it is; -1 where all have been passed over. */
  int first() {
    while (toCome.size > 0 && hasBegun(toCome.items[0])) {
      begun.add(toCome.remove());
    }
    // None has begun only where turns were taken ahead of time, because of who was passed over.
    return begun.size > 0 ? begun.items[0] : toCome.size > 0 ? toCome.items[0] : -1;
  }

  /** Passes over whose turn it is, for this turn. */
  void pass() {
    passed[passedSize++] = begun.size > 0 ? begun.remove() : toCome.remove();
  }

  /** {@link #first} has its turn, and whoever was passed over is back. */
  void take() {
    int index = begun.size > 0 ? begun.remove() : toCome.remove();
    had[index]++;
    taken++;
    if (taken == total) {
      startAnew();
    } else {
      toCome.add(index);
      restore();
    }
  }

  /** Nobody has a turn, and whoever was passed over is back. */
  void restore() {
    while (passedSize > 0) {
      toCome.add(passed[--passedSize]);
    }
  }

  private void startAnew() {
    for (int i = 0; i < had.length; i++) {
      had[i] = Math.clamp(had[i] - weights[i], -1L, 1L);
    }
    taken = 0;
    passedSize = 0;
    sort();
  }

  private boolean hasBegun(int index) {
    return had[index] * total <= taken * weights[index];
  }

  private void sort() {
    begun.size = 0;
    toCome.size = 0;
    for (int i = 0; i < had.length; i++) {
      Heap heap = hasBegun(i) ? begun : toCome;
      heap.items[heap.size++] = i;
    }
    begun.order();
    toCome.order();
  }

  /** Indices, the one whose next turn begins or ends first in front. */
  private final class Heap {
    final int[] items;
    final int ahead;
    int size;

    /** By where turns begin, with 0, or end, with 1. */
    Heap(int most, int ahead) {
      this.items = new int[most];
      this.ahead = ahead;
    }

    boolean before(int a, int b) {
      long left = (had[a] + ahead) * weights[b];
      long right = (had[b] + ahead) * weights[a];
      return left < right || (left == right && place(a) < place(b));
    }

    private int place(int index) {
      return index >= afterTies ? index - afterTies : index - afterTies + had.length;
    }

    void order() {
      for (int i = size / 2 - 1; i >= 0; i--) {
        sink(i, items[i]);
      }
    }

    void add(int index) {
      int at = size++;
      while (at > 0 && before(index, items[(at - 1) / 2])) {
        items[at] = items[(at - 1) / 2];
        at = (at - 1) / 2;
      }
      items[at] = index;
    }

    int remove() {
      int first = items[0];
      size--;
      if (size > 0) {
        sink(0, items[size]);
      }
      return first;
    }

    private void sink(int from, int index) {
      int at = from;
      for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && before(items[child + 1], items[child])) {
          child++;
        }
        if (!before(items[child], index)) {
          break;
        }
        items[at] = items[child];
        at = child;
      }
      items[at] = index;
    }
  }

  @Override
  public String toString() {
    return taken + " of " + total + ": " + Arrays.toString(had);
  }
}
