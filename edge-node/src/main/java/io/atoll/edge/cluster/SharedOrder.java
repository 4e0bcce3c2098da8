package io.atoll.edge.cluster;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Member;
import io.atoll.edge.discovery.Order;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Order} as it crosses the wire.
 *
 * @param backend {@code HOST:PORT}
 * @param kind which order it is, in one word
 * @param address of what is added, else null
 * @param weight of what is added or weighed, else 0
 * @param zone of what is added; null: nowhere
 * @param level of what is added, else 0
 */
record SharedOrder(
    String backend,
    String kind,
    @Nullable BackendAddress address,
    int weight,
    @Nullable String zone,
    int level,
    long atMillis) {

  static SharedOrder of(String backend, Order order) {
    return switch (order) {
      case Order.Add(Member member, long at) ->
          new SharedOrder(
              backend, "add", member.address(), member.weight(), member.zone(), member.level(), at);
      case Order.Weigh(int weight, long at) ->
          new SharedOrder(backend, "weigh", null, weight, null, 0, at);
      case Order.Remove(long at) -> new SharedOrder(backend, "remove", null, 0, null, 0, at);
      case Order.Lift(long at) -> new SharedOrder(backend, "lift", null, 0, null, 0, at);
    };
  }

  Order order() {
    return switch (kind) {
      case "add" ->
          new Order.Add(new Member(Objects.requireNonNull(address), weight, zone, level), atMillis);
      case "weigh" -> new Order.Weigh(weight, atMillis);
      case "remove" -> new Order.Remove(atMillis);
      case "lift" -> new Order.Lift(atMillis);
      default -> throw new IllegalStateException("an order of the kind " + kind);
    };
  }
}
