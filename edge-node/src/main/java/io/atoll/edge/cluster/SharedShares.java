package io.atoll.edge.cluster;

import io.atoll.edge.capacity.Share;
import io.atoll.edge.capacity.ShareBook;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link ShareBook} as it crosses the wire.
 *
 * @param since when it was begun, in the cluster's time
 * @param nodes the ids of the members that hold something
 * @param numbers five for each of them: its last claim's, held, wanted, its share, whether scarce
 */
@SuppressWarnings("ArrayRecordComponent") // Compact serialization knows arrays, not lists
record SharedShares(long since, String[] nodes, long[] numbers) {
  private static final int EACH = 5;

  static SharedShares of(ShareBook book) {
    List<ShareBook.Holder> holders = book.holders();
    String[] nodes = new String[holders.size()];
    long[] numbers = new long[nodes.length * EACH];
    for (int i = 0; i < nodes.length; i++) {
      ShareBook.Holder holder = holders.get(i);
      nodes[i] = holder.node();
      numbers[EACH * i] = holder.number();
      numbers[EACH * i + 1] = holder.held();
      numbers[EACH * i + 2] = holder.wanted();
      numbers[EACH * i + 3] = holder.share().slots();
      numbers[EACH * i + 4] = holder.share().scarce() ? 1 : 0;
    }
    return new SharedShares(book.since(), nodes, numbers);
  }

  ShareBook book() {
    List<ShareBook.Holder> holders = new ArrayList<>(nodes.length);
    for (int i = 0; i < nodes.length; i++) {
      Share share = new Share((int) numbers[EACH * i + 3], numbers[EACH * i + 4] != 0);
      holders.add(
          new ShareBook.Holder(
              nodes[i],
              numbers[EACH * i],
              (int) numbers[EACH * i + 1],
              (int) numbers[EACH * i + 2],
              share));
    }
    return new ShareBook(since, holders);
  }
}
