package io.atoll.edge.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AddressSetTest {
  /** Few bits differ, so that blocks overlap and addresses lie in them. */
  @Provide
  Arbitrary<InetAddress> addresses() {
    Arbitrary<byte[]> v4 =
        Arbitraries.bytes().between((byte) 0, (byte) 15).array(byte[].class).ofSize(4);
    Arbitrary<byte[]> v6 =
        Arbitraries.of((byte) 0, (byte) 1, (byte) 0x80, (byte) 0xff).array(byte[].class).ofSize(16);
    return Arbitraries.oneOf(v4, v6).map(AddressSetTest::address);
  }

  @Provide
  Arbitrary<List<Cidr>> blocks() {
    return Combinators.combine(addresses(), Arbitraries.integers().between(0, 128))
        .as(AddressSetTest::block)
        .list()
        .ofMaxSize(20);
  }

  @Property
  void agreesWithAskingEachBlock(
      @ForAll("blocks") List<Cidr> blocks, @ForAll("addresses") InetAddress address) {
    boolean expected = blocks.stream().anyMatch(block -> block.contains(address));
    assertThat(AddressSet.of(blocks).contains(address)).isEqualTo(expected);
    for (Cidr block : blocks) {
      assertThat(AddressSet.of(blocks).contains(block.network())).isTrue();
    }
  }

  @Test
  void anEmptyOneHoldsNothing() {
    assertThat(AddressSet.of(List.of()).contains(InetAddress.ofLiteral("::"))).isFalse();
  }

  private static Cidr block(InetAddress address, int bits) {
    byte[] network = address.getAddress();
    int prefix = Math.min(bits, network.length * 8);
    for (int bit = prefix; bit < network.length * 8; bit++) {
      network[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    return new Cidr(address(network), prefix);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
