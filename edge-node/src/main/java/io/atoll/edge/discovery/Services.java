package io.atoll.edge.discovery;

import io.atoll.config.UpstreamConfig.Backend;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records as backends: the same for the same records, in whatever order they came, so that all
 * nodes list the same.
 */
final class Services {
  /** Backends of one answer. */
  static final int MOST = 1000;

  private static final Comparator<Found> ORDER =
      Comparator.comparingInt(Found::level)
          .thenComparing(Found::host)
          .thenComparingInt(Found::port);

  private Services() {}

  /** Servers that are all alike. */
  static List<Found> at(Collection<InetAddress> addresses, int port) {
    return bounded(
        addresses.stream()
            .map(address -> new Found(NetUtil.toAddressString(address), port, 1, 0))
            .distinct()
            .toList());
  }

  /**
   * Servers by SRV records (RFC 2782). Each further priority is a further level; weights are taken
   * in proportion, except that 0 is the least that there is here.
   *
   * @param addresses of each target; a target without any is left out
   */
  static List<Found> of(
      Collection<ServiceRecord> records, Map<String, List<InetAddress>> addresses) {
    Map<Integer, List<ServiceRecord>> priorities = new TreeMap<>();
    for (ServiceRecord record : records) {
      if (!addresses.getOrDefault(record.target(), List.of()).isEmpty()) {
        priorities.computeIfAbsent(record.priority(), _ -> new ArrayList<>()).add(record);
      }
    }
    Map<String, Found> all = new LinkedHashMap<>();
    int level = 0;
    for (List<ServiceRecord> group : priorities.values()) {
      for (Found found : weighed(shares(group, addresses), level++)) {
        all.putIfAbsent(found.host() + " " + found.port(), found);
      }
    }
    return bounded(all.values());
  }

  /** An address on a port, and how much of its group's traffic is meant for it. */
  private record Place(String host, int port) {}

  /** A target's weight is that of its addresses together; what is named twice counts once. */
  private static Map<Place, Double> shares(
      List<ServiceRecord> group, Map<String, List<InetAddress>> addresses) {
    Map<Place, Double> shares = new LinkedHashMap<>();
    for (ServiceRecord record : group) {
      List<InetAddress> targets = addresses.getOrDefault(record.target(), List.of());
      double share = (double) record.weight() / targets.size();
      for (InetAddress target : targets) {
        shares.merge(new Place(NetUtil.toAddressString(target), record.port()), share, Math::max);
      }
    }
    return shares;
  }

  private static List<Found> weighed(Map<Place, Double> shares, int level) {
    double most = shares.values().stream().mapToDouble(share -> share).max().orElse(0);
    boolean asTheyAre =
        most <= Backend.HEAVIEST
            && shares.values().stream().allMatch(share -> share >= 1 && share == Math.rint(share));
    double factor = asTheyAre || most == 0 ? 1 : Backend.HEAVIEST / most;
    return shares.entrySet().stream()
        .map(
            entry ->
                new Found(
                    entry.getKey().host(),
                    entry.getKey().port(),
                    Math.clamp(Math.round(entry.getValue() * factor), 1, Backend.HEAVIEST),
                    level))
        .toList();
  }

  private static List<Found> bounded(Collection<Found> all) {
    return all.stream().sorted(ORDER).limit(MOST).toList();
  }
}
