package io.atoll.edge.listener;

import io.atoll.config.ListenerConfig;
import io.atoll.edge.ratelimit.ClientNetwork;
import io.atoll.edge.telemetry.ListenerMeters;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections a listener has, in all and of each client, over all event loops: one more
 * than the limits allow is to be closed. Thread-safe.
 */
public final class Admission {
  private final int most;
  private final int mostOfClient;
  private final ListenerMeters meters;
  private final ConcurrentHashMap<String, Integer> clients = new ConcurrentHashMap<>();

  /** Nobody is connected yet. */
  public Admission(ListenerConfig.Limits limits, ListenerMeters meters) {
    this.most = limits.connections();
    this.mostOfClient = limits.connectionsPerClient();
    this.meters = meters;
  }

  /** The listener's meters. */
  public ListenerMeters meters() {
    return meters;
  }

  /**
   * Somebody has connected, whatever is decided; {@link #left()} must follow.
   *
   * @return whether there is room
   */
  boolean enter() {
    boolean room = meters.opened() <= most;
    if (!room) {
      meters.refused();
    }
    return room;
  }

  /** A connection that had entered is closed. */
  void left() {
    meters.closed();
  }

  /**
   * It is known who has connected; {@link #left(String, boolean)} must follow, whatever is decided.
   *
   * @param address its IP address
   * @param proxy whether it speaks for others: of such any number is allowed
   * @return whether it may stay
   */
  boolean enter(String address, boolean proxy) {
    boolean fair = proxy || mostOfClient == 0 || count(address) <= mostOfClient;
    if (!fair) {
      meters.refusedClient();
    }
    return fair;
  }

  /** A client's connection is closed. */
  void left(String address, boolean proxy) {
    if (!proxy && mostOfClient != 0) {
      var _ =
          clients.computeIfPresent(
              ClientNetwork.of(address), (_, open) -> open == 1 ? null : open - 1);
    }
  }

  private int count(String address) {
    return clients.merge(ClientNetwork.of(address), 1, Integer::sum);
  }
}
