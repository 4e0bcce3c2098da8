package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.concurrent.atomic.AtomicInteger;

/** The meters of one listener, and its count of open connections, over all event loops. */
public final class ListenerMeters {
  private final AtomicInteger open = new AtomicInteger();
  private final Counter accepted;
  private final Counter refused;
  private final Counter refusedClient;
  private final Counter handshakes;
  private final Counter failedHandshakes;

  /** Binds the meters of a listener. */
  public ListenerMeters(Telemetry telemetry, String listener) {
    telemetry.gauge("atoll.listener.connections", open::get, "listener", listener);
    accepted = telemetry.counter("atoll.listener.accepted", "listener", listener);
    refused = refusals(telemetry, listener, "connections");
    refusedClient = refusals(telemetry, listener, "client");
    handshakes = telemetry.counter("atoll.tls.handshakes", "listener", listener, "result", "ok");
    failedHandshakes =
        telemetry.counter("atoll.tls.handshakes", "listener", listener, "result", "failed");
  }

  private static Counter refusals(Telemetry telemetry, String listener, String limit) {
    return telemetry.counter("atoll.listener.refused", "listener", listener, "limit", limit);
  }

  /** A connection was accepted; says how many are open now, this one included. */
  public int opened() {
    accepted.increment();
    return open.incrementAndGet();
  }

  /** A connection was closed. */
  public void closed() {
    open.decrementAndGet();
  }

  /** A connection was closed at once: over the limit of all connections. */
  public void refused() {
    refused.increment();
  }

  /** A connection was closed at once: its client has too many. */
  public void refusedClient() {
    refusedClient.increment();
  }

  /** A TLS handshake succeeded. */
  public void handshake() {
    handshakes.increment();
  }

  /** A TLS handshake failed. */
  public void handshakeFailed() {
    failedHandshakes.increment();
  }
}
