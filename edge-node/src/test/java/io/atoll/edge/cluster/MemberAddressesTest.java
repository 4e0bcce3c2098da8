package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atoll.config.ClusterConfig;
import io.atoll.config.HostPort;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemberAddressesTest {
  @Test
  void aBlockPicksTheAddressInside() throws IOException {
    assertThat(MemberAddresses.own(new HostPort("127.0.0.0/8", 5701)))
        .isEqualTo(new HostPort("127.0.0.1", 5701));
  }

  @Test
  void aNamePicksWhicheverOfItsAddressesIsLocal() throws IOException {
    assertThat(MemberAddresses.own(new HostPort("localhost", 5701)).host())
        .isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
  }

  @Test
  void anAddressOfAnotherMachineIsRefusedByName() {
    assertThatThrownBy(() -> MemberAddresses.own(new HostPort("192.0.2.7", 5701)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("192.0.2.7");
  }

  @Test
  void aNameThatDoesNotResolveIsRefusedByName() {
    assertThatThrownBy(() -> MemberAddresses.own(new HostPort("members.invalid", 5701)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("members.invalid");
  }

  @Test
  void membersThatDoNotResolveAreLeftOut() {
    var members =
        new ClusterConfig.Members(
            List.of(new HostPort("members.invalid", 5701), new HostPort("127.0.0.1", 5702)));

    assertThat(MemberAddresses.of(members)).containsExactly(new HostPort("127.0.0.1", 5702));
  }

  @Test
  void aNameStandsForAllItsAddresses() {
    assertThat(MemberAddresses.of(new ClusterConfig.Dns("localhost", 5701)))
        .contains(new HostPort("127.0.0.1", 5701));
  }
}
