package io.atoll.edge.capacity;

import java.util.Arrays;
import java.util.Comparator;

/** Divides what there is among those who want it. Pure. */
final class Division {
  private Division() {}

  /**
   * Max-min fair: nobody gets more than it wants, and nobody could get more but from one that has
   * no more than it (Bertsekas and Gallager, "Data Networks", section 6.5.2). All of it is given as
   * long as somebody wants it.
   *
   * @param amount what there is, 0 or more
   * @param wanted by each, 0 or more
   * @param turn who comes first to what can't be divided, counted round
   * @return what each gets
   */
  static int[] fair(int amount, int[] wanted, long turn) {
    int size = wanted.length;
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.comparingInt((Integer i) -> wanted[i])
            .thenComparingLong(i -> Math.floorMod(i + turn, (long) size)));
    int[] given = new int[size];
    int left = amount;
    for (int n = 0; n < size; n++) {
      int i = order[n];
      given[i] = Math.min(wanted[i], left / (size - n));
      left -= given[i];
    }
    return given;
  }
}
