package io.atoll.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * From what the configuration says of a cluster to addresses: where this node's member binds, and
 * where others may be. Every method may ask the operating system or DNS, and blocks meanwhile.
 */
public final class InterfacePicker {
  private InterfacePicker() {}

  /**
   * The local address that {@code cluster.bind} means: the address itself; of a name, that of its
   * addresses which is this machine's; of a CIDR, this machine's address within it (outside
   * loopback where there is a choice, IPv4 before IPv6, then the lowest).
   *
   * @param bind as configured
   * @throws IOException none of this machine's addresses fits, or the name does not resolve (yet):
   *     worth another try
   */
  public static HostPort bindAddress(HostPort bind) throws IOException {
    InetAddress literal = Scalars.literal(bind.host());
    if (literal != null) {
      return bind;
    }
    InetAddress picked = pick(bind.host()).orElseThrow(() -> noneFits(bind));
    return new HostPort(plain(picked), bind.port());
  }

  private static Optional<InetAddress> pick(String host) throws IOException {
    Predicate<InetAddress> fits;
    if (host.indexOf('/') >= 0) {
      Cidr block = (Cidr) Scalars.read(Cidr.class, host);
      fits = block::contains;
    } else {
      List<InetAddress> named = Arrays.asList(InetAddress.getAllByName(host));
      fits = named::contains;
    }
    return NetworkInterface.networkInterfaces()
        .filter(InterfacePicker::isUp)
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> fits.test(address) && !address.isLinkLocalAddress())
        .min(
            Comparator.comparing(InetAddress::isLoopbackAddress)
                .thenComparingInt(address -> address.getAddress().length)
                .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned));
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (SocketException e) {
      return false;
    }
  }

  private static IOException noneFits(HostPort bind) {
    return new IOException("no address of this machine fits cluster.bind " + bind);
  }

  /**
   * Where members may be, addresses only: every address of every name. A name that does not resolve
   * (yet) gives none, so the list may be empty; ask again. This node's own address may be in it.
   */
  public static List<HostPort> members(ClusterConfig.@Nullable Discovery discovery) {
    List<HostPort> configured =
        switch (discovery) {
          case ClusterConfig.Members(List<HostPort> members) -> members;
          case ClusterConfig.Dns(String name, int port) -> List.of(new HostPort(name, port));
          case ClusterConfig.Kubernetes _ -> List.of();
          case null -> List.of();
        };
    return configured.stream().flatMap(member -> resolve(member).stream()).distinct().toList();
  }

  private static List<HostPort> resolve(HostPort member) {
    try {
      return Arrays.stream(InetAddress.getAllByName(member.host()))
          .map(address -> new HostPort(plain(address), member.port()))
          .toList();
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  /** As {@link HostPort} has it, without the name of an interface that IPv6 may carry. */
  private static String plain(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }
}
