package io.atoll.edge.discovery;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Member;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that operators ordered of the backends of one upstream. Immutable.
 *
 * @param version counts the changes; of two the higher is the later
 * @param byAddress the order for each {@code HOST:PORT}, {@link #MOST} at most
 */
public record Orders(long version, Map<String, Order> byAddress) {
  /** Orders for one upstream. */
  public static final int MOST = 1000;

  /** Nobody ordered anything. */
  public static final Orders NONE = new Orders(0, Map.of());

  /** Keeps the order of the map. */
  public Orders {
    byAddress = Collections.unmodifiableMap(new LinkedHashMap<>(byAddress));
  }

  /** The order for an address; null where none holds. */
  @Nullable Order of(String authority) {
    Order order = byAddress.get(authority);
    return order instanceof Order.Lift ? null : order;
  }

  /**
   * What an upstream has by these orders.
   *
   * @param base what is listed without them
   * @param source who lists that
   * @param fits whether the upstream can speak to an address that was added
   */
  Map<String, Listed> over(List<Member> base, Source source, Predicate<BackendAddress> fits) {
    Map<String, Listed> all = new LinkedHashMap<>();
    for (Member member : base) {
      String authority = member.address().authority();
      switch (of(authority)) {
        case Order.Weigh weigh ->
            all.put(authority, new Listed(member.weighing(weigh.weight()), source));
        case Order.Remove _ -> {}
        case null, default -> all.put(authority, new Listed(member, source));
      }
    }
    byAddress.forEach(
        (authority, order) -> {
          if (order instanceof Order.Add add && fits.test(add.member().address())) {
            all.put(authority, new Listed(add.member(), Source.OPERATOR));
          }
        });
    return all;
  }

  /** The next version, with one more order; null where there are too many. */
  public @Nullable Orders with(String authority, Order order) {
    Map<String, Order> next = new LinkedHashMap<>(byAddress);
    next.put(authority, order);
    return fitted(next) ? new Orders(version + 1, next) : null;
  }

  /** Lets the oldest that say nothing go until there is room; false where that is not enough. */
  private static boolean fitted(Map<String, Order> orders) {
    while (orders.size() > MOST) {
      String oldest =
          orders.entrySet().stream()
              .filter(entry -> entry.getValue() instanceof Order.Lift)
              .min(Comparator.comparingLong(entry -> entry.getValue().atMillis()))
              .map(Map.Entry::getKey)
              .orElse(null);
      if (oldest == null) {
        return false;
      }
      orders.remove(oldest);
    }
    return true;
  }

  /**
   * What holds after a split brain: of each address the later order, and where that makes too many
   * the latest. Does not depend on which is which, unless two orders are of the same millisecond.
   */
  public static Orders merged(Orders one, Orders other) {
    if (one.equals(other)) {
      return one;
    }
    Map<String, Order> all = new LinkedHashMap<>(one.byAddress);
    other.byAddress.forEach(
        (authority, order) ->
            all.merge(authority, order, (a, b) -> b.atMillis() > a.atMillis() ? b : a));
    if (!fitted(all)) {
      all.entrySet().stream()
          .sorted(Comparator.comparingLong(entry -> entry.getValue().atMillis()))
          .limit(all.size() - MOST)
          .map(Map.Entry::getKey)
          .toList()
          .forEach(all::remove);
    }
    return new Orders(Math.max(one.version, other.version) + 1, all);
  }
}
