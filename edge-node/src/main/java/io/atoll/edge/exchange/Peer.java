package io.atoll.edge.exchange;

/**
 * A client's connection as its exchanges see it. Confined to its event loop.
 *
 * <p>Idleness is counted here and not by the server, whose own timer knows nothing of exchanges: it
 * would cut a client off that waits for a slow backend.
 */
public final class Peer {
  private final ClientConnection connection;
  private final String address;
  private final boolean trusted;
  private final Peers.Clocks clocks;
  private final Deadlines.Entry idle = new Deadlines.Entry(this::close);
  private final Deadlines.Entry slowHead = new Deadlines.Entry(this::headTooSlow);
  private Runnable onSlowHead = this::close;
  private boolean headBegun;
  private int headsRead;
  private int headsTaken;
  private int exchanges;
  private boolean condemned;

  Peer(ClientConnection connection, String address, boolean trusted, Peers.Clocks clocks) {
    this.connection = connection;
    this.address = address;
    this.trusted = trusted;
    this.clocks = clocks;
    clocks.waits().set(idle);
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

  /** Nothing that still comes from it is a request. */
  public void condemn() {
    condemned = true;
    slowHead.lift();
  }

  /** Closes the connection after the last response was written: see {@link ClientConnection}. */
  public void linger() {
    condemn();
    connection.linger();
  }

  /** Closes the connection now, whatever waits to be written. */
  public void close() {
    condemn();
    connection.close();
  }

  /** What it speaks. */
  public ClientConnection connection() {
    return connection;
  }

  /** Deadlines of the listener's {@code idleTimeout}, for what is waited for from this client. */
  Deadlines waits() {
    return clocks.waits();
  }

  /** Watches over a body from this client; {@code tooSlow} is called once, where it is. */
  public Pace pace(Runnable tooSlow) {
    return new Pace(clocks.windows(), clocks.leastInWindow(), tooSlow);
  }

  /** What to do where a head takes too long; by default the connection is closed. */
  public void onSlowHead(Runnable action) {
    onSlowHead = action;
  }

  /**
   * The first byte of a head of HTTP/1 has come, or a connection of HTTP/2 whose first head is
   * waited for. Its time begins now, or with the end of the exchange before it.
   */
  public void headBegins() {
    if (headBegun || condemned) {
      return;
    }
    headBegun = true;
    if (exchanges == 0) {
      clocks.heads().set(slowHead);
      clocks.waits().set(idle);
    }
  }

  /** The head is whole. */
  public void headEnds() {
    headBegun = false;
    headsRead++;
    slowHead.lift();
  }

  /**
   * A head has begun on a stream of its own.
   *
   * @param tooSlow called where it takes too long; to be lifted when it is whole, or never will be
   */
  public Deadlines.Entry headBegins(Runnable tooSlow) {
    Deadlines.Entry deadline = new Deadlines.Entry(tooSlow);
    clocks.heads().set(deadline);
    return deadline;
  }

  /** Whether something has come behind the request under way. HTTP/1 only. */
  boolean somethingFollows() {
    return headBegun || headsRead > headsTaken;
  }

  private void headTooSlow() {
    condemn();
    onSlowHead.run();
  }

  void begin() {
    headsTaken++;
    if (exchanges++ == 0) {
      idle.lift();
    }
  }

  void end() {
    if (--exchanges == 0 && !condemned) {
      clocks.waits().set(idle);
      if (headBegun) {
        clocks.heads().set(slowHead);
      }
    }
  }

  /** The connection is closed. */
  void gone() {
    condemn();
    idle.lift();
  }
}
