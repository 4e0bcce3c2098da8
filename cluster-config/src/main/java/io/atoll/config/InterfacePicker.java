package io.atoll.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * From what the configuration says to addresses: where this node's member and its admin server
 * bind, and where other members may be. Every method may ask the operating system or DNS, and
 * blocks meanwhile.
 */
public final class InterfacePicker {
  private InterfacePicker() {}

  /**
   * The local address that {@code cluster.bind} or {@code admin.bind} means: the address itself; of
   * a name, that of its addresses which is this machine's; of a CIDR, this machine's address within
   * it (outside loopback where there is a choice, IPv4 before IPv6, then the lowest). So a name
   * that several nodes share, an alias in a container network or a headless service, picks on each
   * its own.
   *
   * @param key in the configuration, for messages
   * @param bind as configured
   * @throws IOException none of this machine's addresses fits, or the name does not resolve (yet):
   *     worth another try
   */
  public static HostPort bindAddress(String key, HostPort bind) throws IOException {
    InetAddress literal = Scalars.literal(bind.host());
    if (literal != null && literal.isLoopbackAddress()) {
      return bind; // All of 127.0.0.0/8 can be bound, and the interface lists one.
    }
    Predicate<InetAddress> fits = fits(key, bind.host());
    InetAddress picked =
        NetworkInterface.networkInterfaces()
            .filter(InterfacePicker::isUp)
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> fits.test(address) && !address.isLinkLocalAddress())
            .min(
                Comparator.comparing(InetAddress::isLoopbackAddress)
                    .thenComparingInt(address -> address.getAddress().length)
                    .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned))
            .orElseThrow(
                () -> new IOException(key + ": no address of this machine is " + bind.host()));
    return new HostPort(plain(picked), bind.port());
  }

  /** The local address that {@code cluster.bind} means. */
  public static HostPort bindAddress(HostPort bind) throws IOException {
    return bindAddress("cluster.bind", bind);
  }

  private static Predicate<InetAddress> fits(String key, String host) throws IOException {
    if (host.indexOf('/') >= 0) {
      return ((Cidr) Scalars.read(Cidr.class, host))::contains;
    }
    try {
      return Arrays.asList(InetAddress.getAllByName(host))::contains;
    } catch (UnknownHostException e) {
      throw new IOException(key + ": " + host + " does not resolve", e);
    }
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (SocketException e) {
      return false;
    }
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
