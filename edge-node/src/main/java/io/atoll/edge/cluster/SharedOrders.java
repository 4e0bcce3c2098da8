package io.atoll.edge.cluster;

import io.atoll.edge.discovery.Order;
import io.atoll.edge.discovery.Orders;
import java.util.LinkedHashMap;
import java.util.Map;

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
}
