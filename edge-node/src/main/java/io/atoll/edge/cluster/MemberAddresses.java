package io.atoll.edge.cluster;

import io.atoll.config.Cidr;
import io.atoll.config.ClusterConfig;
import io.atoll.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Turns what the configuration says of members into addresses: Hazelcast with chosen interfaces
 * drops names, of its own and of others. Asks DNS and so may block for seconds: never on an event
 * loop.
 */
public final class MemberAddresses {
  private MemberAddresses() {}

  /**
   * The address of this machine that {@code cluster.bind} means: the one inside a CIDR, or the one
   * among all that a name resolves to. So a name that several nodes share, as an alias of a
   * container network or a headless service, picks on each node its own address, and the network
   * with it.
   *
   * @throws IOException naming what was asked for, where this machine has no such address
   */
  public static HostPort own(HostPort bind) throws IOException {
    Predicate<InetAddress> wanted = wanted(bind.host());
    InetAddress own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(wanted)
            .findFirst()
            .orElseThrow(
                () ->
                    new IOException("cluster.bind: no address of this machine is " + bind.host()));
    return new HostPort(own.getHostAddress(), bind.port());
  }

  /**
   * Where members may be now. A name that doesn't resolve is left out: its member may not be up
   * yet.
   */
  public static List<HostPort> of(ClusterConfig.Discovery discovery) {
    return switch (discovery) {
      case ClusterConfig.Members(List<HostPort> members) -> resolved(members);
      case ClusterConfig.Dns(String name, int port) -> resolved(List.of(new HostPort(name, port)));
      case ClusterConfig.Kubernetes() ->
          throw new IllegalArgumentException("not supported yet: cluster.discovery.kubernetes");
    };
  }

  private static Predicate<InetAddress> wanted(String host) throws IOException {
    int slash = host.indexOf('/');
    if (slash >= 0) {
      InetAddress network = InetAddress.ofLiteral(host.substring(0, slash));
      return new Cidr(network, Integer.parseInt(host.substring(slash + 1)))::contains;
    }
    try {
      return Arrays.asList(InetAddress.getAllByName(host))::contains;
    } catch (UnknownHostException e) {
      throw new IOException("cluster.bind: " + host + " does not resolve", e);
    }
  }

  private static List<HostPort> resolved(List<HostPort> members) {
    Set<HostPort> addresses = new LinkedHashSet<>();
    for (HostPort member : members) {
      try {
        for (InetAddress address : InetAddress.getAllByName(member.host())) {
          addresses.add(new HostPort(address.getHostAddress(), member.port()));
        }
      } catch (UnknownHostException _) {
        // Not up yet, or gone: the others are tried, and the search for lost members goes on later.
      }
    }
    return new ArrayList<>(addresses);
  }
}
