package io.atoll.config;

import java.net.InetAddress;

/**
 * A block of addresses, written {@code 10.0.0.0/8} or {@code 2001:db8::/32}.
 *
 * @param network the first address of the block
 * @param prefix bits that count
 */
public record Cidr(InetAddress network, int prefix) {
  /** Whether the address lies in this block; an address of the other family never does. */
  public boolean contains(InetAddress address) {
    byte[] mine = network.getAddress();
    byte[] theirs = address.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != theirs[i]) {
        return false;
      }
    }
    int mask = 0xff00 >> (prefix % 8);
    return whole == mine.length || ((mine[whole] ^ theirs[whole]) & mask & 0xff) == 0;
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefix;
  }
}
