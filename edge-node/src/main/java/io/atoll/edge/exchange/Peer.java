package io.atoll.edge.exchange;

import io.vertx.core.http.HttpConnection;
import java.util.concurrent.TimeUnit;

/**
 * A client's connection as its exchanges see it. Confined to its event loop.
 *
 * <p>Idleness is counted here and not by the server, whose own timer knows nothing of exchanges: it
 * would cut a client off that waits for a slow backend.
 */
public final class Peer {
  private final HttpConnection connection;
  private final String address;
  private final boolean trusted;
  private final Deadlines waits;
  private final Deadlines.Entry idle = new Deadlines.Entry(this::close);
  private int exchanges;
  private boolean condemned;

  Peer(HttpConnection connection, String address, boolean trusted, Deadlines waits) {
    this.connection = connection;
    this.address = address;
    this.trusted = trusted;
    this.waits = waits;
    waits.set(idle);
  }

  /** Its IP address, as text without brackets. */
  public String address() {
    return address;
  }

  /** Whether it is a proxy that may speak for its clients. */
  public boolean trusted() {
    return trusted;
  }

  /** Whether nothing that still comes from it is a request. */
  public boolean condemned() {
    return condemned;
  }

  /** Closes the connection once what was written is out; nothing that still comes is a request. */
  public void condemn() {
    condemned = true;
  }

  /** Closes the connection now. */
  public void close() {
    condemned = true;
    var _ = connection.shutdown(0, TimeUnit.MILLISECONDS);
  }

  /** Deadlines of the listener's {@code idleTimeout}, for what is waited for from this client. */
  Deadlines waits() {
    return waits;
  }

  void begin() {
    if (exchanges++ == 0) {
      idle.lift();
    }
  }

  void end() {
    if (--exchanges == 0 && !condemned) {
      waits.set(idle);
    }
  }

  /** The connection is closed. */
  void gone() {
    condemned = true;
    idle.lift();
  }
}
