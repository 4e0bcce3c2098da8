package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;

/**
 * A connection, and a TLS handshake where the upstream has TLS, is all that is asked for: it is
 * closed at once, and nothing is sent.
 */
record TcpProbe(Tcp tcp) implements Probe {
  @Override
  public void begin(BackendAddress backend, Attempt attempt) {
    tcp.connect(
        backend,
        attempt,
        channel -> {
          channel.pipeline().addLast(new ConnectionEnd(attempt));
          attempt.passed(tcp.secures(backend) ? "connected over TLS" : "connected");
        });
  }
}
