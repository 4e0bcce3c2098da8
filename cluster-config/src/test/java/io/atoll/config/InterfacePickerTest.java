package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterfacePickerTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.9", "::1"})
  void anAddressIsItself(String host) throws IOException {
    HostPort bind = new HostPort(host, 5701);
    assertThat(InterfacePicker.bindAddress(bind)).isEqualTo(bind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.0/8", "localhost"})
  void aNetworkOrANamePicksTheAddressThatIsHere(String host) throws IOException {
    assertThat(InterfacePicker.bindAddress(new HostPort(host, 5701)))
        .isEqualTo(new HostPort("127.0.0.1", 5701));
  }

  @Test
  void loopbackIsTheLastResort() throws IOException {
    boolean only =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address.getAddress().length == 4)
            .allMatch(InetAddress::isLoopbackAddress);
    String picked = InterfacePicker.bindAddress(new HostPort("0.0.0.0/0", 5701)).host();
    assertThat(picked.startsWith("127.")).isEqualTo(only);
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.51.100.7", "198.51.100.0/24", "2001:db8::/32", "nowhere.invalid"})
  void whatIsNotHereIsSaid(String host) {
    assertThatThrownBy(() -> InterfacePicker.bindAddress(new HostPort(host, 5701)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cluster.bind")
        .hasMessageContaining(host);
  }

  @Test
  void theMessageNamesTheKeyThatAsks() {
    assertThatThrownBy(
            () -> InterfacePicker.bindAddress("admin.bind", new HostPort("198.51.100.7", 9901)))
        .hasMessage("admin.bind: no address of this machine is 198.51.100.7");
  }

  @Test
  void membersAreEveryAddressOfEveryName() {
    HostPort known = new HostPort("192.0.2.1", 5702);
    HostPort later = new HostPort("nowhere.invalid", 5701);
    HostPort named = new HostPort("localhost", 5701);
    assertThat(InterfacePicker.members(new ClusterConfig.Members(List.of(known, later, named))))
        .contains(known, new HostPort("127.0.0.1", 5701))
        .doesNotContain(named, later);
  }

  @Test
  void aNameThatDoesNotResolveYetGivesNone() {
    assertThat(InterfacePicker.members(new ClusterConfig.Dns("nowhere.invalid", 5701))).isEmpty();
    assertThat(InterfacePicker.members(new ClusterConfig.Dns("localhost", 5703)))
        .contains(new HostPort("127.0.0.1", 5703));
  }
}
