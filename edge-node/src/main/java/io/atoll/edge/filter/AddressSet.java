package io.atoll.edge.filter;

import io.atoll.config.Cidr;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Many blocks of addresses, asked in time logarithmic in their number. Immutable. A block holds
 * addresses of its own family only, as {@link Cidr#contains} says.
 */
public final class AddressSet {
  private static final Comparator<Address> ORDER =
      Comparator.comparingInt(Address::bytes)
          .thenComparing(Address::high, Long::compareUnsigned)
          .thenComparing(Address::low, Long::compareUnsigned);

  /** The bits of an address, of 4 or 16 bytes. */
  private record Address(int bytes, long high, long low) {
    static Address of(byte[] bytes) {
      ByteBuffer bits = ByteBuffer.wrap(bytes);
      return bytes.length == 4
          ? new Address(4, 0, Integer.toUnsignedLong(bits.getInt()))
          : new Address(16, bits.getLong(), bits.getLong());
    }
  }

  /** From the first to the last address of a block, or of several that overlap. */
  private record Range(Address first, Address last) {
    static Range of(Cidr cidr) {
      byte[] last = cidr.network().getAddress();
      for (int bit = cidr.prefix(); bit < last.length * 8; bit++) {
        last[bit / 8] |= (byte) (0x80 >> (bit % 8));
      }
      return new Range(Address.of(cidr.network().getAddress()), Address.of(last));
    }
  }

  /** In order, none overlapping another. */
  private final Range[] ranges;

  private AddressSet(Range[] ranges) {
    this.ranges = ranges;
  }

  /** The set of all addresses in these blocks. */
  public static AddressSet of(List<Cidr> blocks) {
    List<Range> merged = new ArrayList<>();
    blocks.stream()
        .map(Range::of)
        .sorted(Comparator.comparing(Range::first, ORDER))
        .forEach(range -> append(merged, range));
    return new AddressSet(merged.toArray(Range[]::new));
  }

  private static void append(List<Range> merged, Range next) {
    if (merged.isEmpty() || ORDER.compare(merged.getLast().last(), next.first()) < 0) {
      merged.add(next);
      return;
    }
    Range before = merged.removeLast();
    boolean within = ORDER.compare(next.last(), before.last()) <= 0;
    merged.add(within ? before : new Range(before.first(), next.last()));
  }

  /** Whether an address is in one of the blocks. */
  public boolean contains(InetAddress address) {
    Address asked = Address.of(address.getAddress());
    int from = 0;
    int to = ranges.length - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      Range range = ranges[middle];
      if (ORDER.compare(asked, range.first()) < 0) {
        to = middle - 1;
      } else if (ORDER.compare(asked, range.last()) > 0) {
        from = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }
}
