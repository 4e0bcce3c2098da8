package io.atoll.edge.balance;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/**
 * A table from hashes to backends: Maglev's (Eisenbud et al., NSDI 2016, section 3.4). Every
 * backend has its own order of preference over the entries, from its name alone, and they take
 * entries in turns by weight. So shares differ from weights by less than an entry; when one leaves,
 * its entries are divided among the others and few more change hands; and nodes that list the same
 * have the same table.
 *
 * <p>It is about who is listed with which weight. Who is not well is passed over when it is looked
 * up, which moves no other key. Immutable.
 */
final class Maglev {
  /**
   * The paper's own size for few backends, a prime: with 100 entries for each, one entry more or
   * less is a hundredth of a share.
   */
  static final int SMALL = 65_537;

  /** Its size for many. */
  static final int LARGE = 655_373;

  private static final int ENTRIES_EACH = 100;
  private static final char FREE = Character.MAX_VALUE;

  private final Backend[] backends;
  private final char[] table;

  private Maglev(Backend[] backends, char[] table) {
    this.backends = backends;
    this.table = table;
  }

  /**
   * The table of backends, one at least and fewer than 65,535. Takes a few milliseconds for the
   * small size and tens of them for the large one: not to be called on an event loop that serves
   * requests.
   */
  static Maglev of(Collection<Backend> listed) {
    Backend[] backends = listed.toArray(Backend[]::new);
    if (backends.length >= FREE) {
      throw new IllegalArgumentException(backends.length + " backends (expected: below 65535)");
    }
    Arrays.sort(backends, Comparator.comparing(backend -> backend.address().authority()));
    int size = backends.length * ENTRIES_EACH <= SMALL ? SMALL : LARGE;
    return new Maglev(backends, filled(backends, size));
  }

  private static char[] filled(Backend[] backends, int size) {
    int[] wanted = new int[backends.length];
    int[] step = new int[backends.length];
    long[] weights = new long[backends.length];
    long total = 0;
    boolean equal = true;
    for (int i = 0; i < backends.length; i++) {
      wanted[i] = (int) Long.remainderUnsigned(backends[i].hash(), size);
      long other = StableHash.mix(~backends[i].hash());
      step[i] = (int) Long.remainderUnsigned(other, size - 1) + 1;
      weights[i] = backends[i].weight();
      total += weights[i];
      equal &= weights[i] == weights[0];
    }
    char[] table = new char[size];
    Arrays.fill(table, FREE);
    Turns turns = new Turns(weights, backends.length, total);
    for (int entries = 0; entries < size; entries++) {
      int i = entries % backends.length; // what turns come to where they are equal
      if (!equal) {
        i = turns.first();
        turns.take();
      }
      while (table[wanted[i]] != FREE) {
        wanted[i] = (wanted[i] + step[i]) % size;
      }
      table[wanted[i]] = (char) i;
    }
    return table;
  }

  /** How many entries there are. */
  int size() {
    return table.length;
  }

  /** The entry of a hash. */
  int entry(long hash) {
    return Chance.below(table.length, hash);
  }

  /** The entry to look at after another. */
  int next(int entry) {
    return entry + 1 == table.length ? 0 : entry + 1;
  }

  /** Whose an entry is. */
  Backend at(int entry) {
    return backends[table[entry]];
  }
}
