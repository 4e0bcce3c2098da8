package io.atoll.edge.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientNetworkTest {
  @Test
  void anIpv4AddressIsOneClient() {
    assertThat(ClientNetwork.of("192.0.2.7")).isEqualTo("192.0.2.7");
  }

  @Test
  void addressesOfOneSlash64AreOneClient() {
    assertThat(ClientNetwork.of("2001:db8:1:2::3"))
        .isEqualTo(ClientNetwork.of("2001:DB8:1:2:ffff:0:0:9"))
        .isNotEqualTo(ClientNetwork.of("2001:db8:1:3::3"));
  }

  @Test
  void aMappedAddressIsTheIpv4One() {
    assertThat(ClientNetwork.of("::ffff:192.0.2.7")).isEqualTo("192.0.2.7");
    assertThat(ClientNetwork.of("::ffff:c000:207")).isEqualTo("192.0.2.7");
  }

  @Test
  void aZoneIsNoPartOfIt() {
    assertThat(ClientNetwork.of("fe80::1%eth0")).isEqualTo(ClientNetwork.of("fe80::2"));
  }

  @Test
  void whatIsNoAddressStandsForItself() {
    assertThat(ClientNetwork.of("unix:")).isEqualTo("unix:");
  }
}
