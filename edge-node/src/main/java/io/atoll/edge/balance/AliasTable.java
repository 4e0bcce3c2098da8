package io.atoll.edge.balance;

import java.util.Arrays;

/**
 * Draws an index by weight in one look-up: Walker's alias method (1977), filled as by Vose (1991),
 * in whole numbers. Immutable.
 */
final class AliasTable {
  private final long[] keep;
  private final int[] other;
  private final long total;

  private AliasTable(long[] keep, int[] other, long total) {
    this.keep = keep;
    this.other = other;
    this.total = total;
  }

  /**
   * A table of the first {@code size} weights.
   *
   * @param weights positive
   * @param total their sum, less than 2^31
   */
  static AliasTable of(long[] weights, int size, long total) {
    long[] keep = new long[size];
    int[] other = new int[size];
    int[] pending = new int[size]; // those short of an even share in front, the others behind
    int few = 0;
    int many = size;
    for (int i = 0; i < size; i++) {
      keep[i] = weights[i] * size;
      if (keep[i] < total) {
        pending[few++] = i;
      } else {
        pending[--many] = i;
      }
    }
    while (few > 0 && many < size) {
      int poor = pending[--few];
      int rich = pending[many];
      other[poor] = rich;
      keep[rich] -= total - keep[poor];
      if (keep[rich] < total) {
        many++;
        pending[few++] = rich;
      }
    }
    // What is left has an even share exactly.
    Arrays.stream(pending, many, size).forEach(i -> other[i] = i);
    return new AliasTable(keep, other, total);
  }

  /** The index that 64 bits of chance mean. */
  int draw(long bits) {
    int i = Chance.below(keep.length, bits);
    long coin = ((bits & 0xffffffffL) * total) >>> 32;
    return coin < keep[i] ? i : other[i];
  }
}
