package io.atoll.config;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.properties.PropertyDefinition;
import com.hazelcast.logging.ILogger;
import com.hazelcast.spi.discovery.AbstractDiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.DiscoveryStrategy;
import com.hazelcast.spi.discovery.DiscoveryStrategyFactory;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where other members may be, asked anew each time Hazelcast looks for them: when it joins and, for
 * as long as it runs, before each search for other parts of the cluster.
 *
 * <p>Hazelcast's own TCP/IP join does not do: of a name it takes the first address only (or, with
 * its interfaces configured, only those that are local), so nodes behind one name would find one of
 * them at best; and a name that does not resolve yet is asked once, at the start.
 */
final class MemberDiscovery implements DiscoveryStrategyFactory {
  private final Supplier<List<HostPort>> members;

  /**
   * A factory for one member.
   *
   * @param members names or addresses; may block, and must not throw
   */
  MemberDiscovery(Supplier<List<HostPort>> members) {
    this.members = members;
  }

  @Override
  public Class<? extends DiscoveryStrategy> getDiscoveryStrategyType() {
    return Strategy.class;
  }

  @Override
  @SuppressWarnings("rawtypes") // So Hazelcast declares it.
  public DiscoveryStrategy newDiscoveryStrategy(
      DiscoveryNode self, ILogger logger, Map<String, Comparable> properties) {
    return new Strategy(logger, properties, members);
  }

  @Override
  public Collection<PropertyDefinition> getConfigurationProperties() {
    return List.of();
  }

  private static final class Strategy extends AbstractDiscoveryStrategy {
    private final Supplier<List<HostPort>> members;

    @SuppressWarnings("rawtypes") // So Hazelcast declares it.
    Strategy(ILogger logger, Map<String, Comparable> properties, Supplier<List<HostPort>> members) {
      super(logger, properties);
      this.members = members;
    }

    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
      List<DiscoveryNode> nodes = new ArrayList<>();
      for (HostPort member : members.get()) {
        for (InetAddress address : addresses(member.host())) {
          nodes.add(new SimpleDiscoveryNode(new Address(address, member.port())));
        }
      }
      return nodes;
    }

    private static InetAddress[] addresses(String host) {
      try {
        return InetAddress.getAllByName(host);
      } catch (UnknownHostException e) {
        return new InetAddress[0]; // Not up yet; asked again at the next search.
      }
    }
  }
}
