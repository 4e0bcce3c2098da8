package io.atoll.edge.cluster;

import io.atoll.edge.discovery.Order;
import io.atoll.edge.discovery.Orders;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link Orders} as they cross the wire.
 *
 * @param orders each address once, in their order
 */
@SuppressWarnings("ArrayRecordComponent") // Compact serialization knows arrays, not lists
record SharedOrders(long version, SharedOrder[] orders) {
  static SharedOrders of(Orders orders) {
    return new SharedOrders(
        orders.version(),
        orders.byAddress().entrySet().stream()
            .map(entry -> SharedOrder.of(entry.getKey(), entry.getValue()))
            .toArray(SharedOrder[]::new));
  }

  Orders read() {
    Map<String, Order> all = new LinkedHashMap<>();
    for (SharedOrder order : orders) {
      all.put(order.backend(), order.order());
    }
    return new Orders(version, all);
  }

  /**
   * By value, as of any record: a map that is read again brings the same orders in other arrays.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SharedOrders(long its, SharedOrder[] theirs)
        && version == its
        && Arrays.equals(orders, theirs);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(version) + Arrays.hashCode(orders);
  }
}
