package io.atoll.edge.exchange;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;

/**
 * A client's connection as its exchanges see it. Confined to its event loop.
 *
 * <p>Idleness is counted here and not by the server, whose own timer knows nothing of exchanges: it
 * would cut a client off that waits for a slow backend.
 */
public final class Peer {
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final HttpConnection connection;
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

  Peer(HttpConnection connection, String address, boolean trusted, Peers.Clocks clocks) {
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

  /**
   * Closes the connection after the last response was written, although the client may still be
   * sending: closed at once, with bytes unread, the system resets it, and the client may lose the
   * response (RFC 9112 section 9.6). So it says that nothing more comes, and what comes from the
   * client is read to nowhere, for a while.
   */
  public void linger() {
    condemn();
    Channel channel = codec().channel();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    ChannelFuture said = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
    said.addListener(
        _ -> {
          var _ = ((DuplexChannel) channel).shutdownOutput();
        });
    closeAfterGrace();
  }

  /**
   * Closes the connection now, whatever waits to be written: Vert.x's own way waits until it was,
   * and a client that takes nothing would keep it for ever. Over HTTP/2 the client is told first.
   */
  public void close() {
    condemn();
    if (connection.protocolVersion() == HttpVersion.HTTP_2) {
      var _ = connection.shutdown(0, MILLISECONDS);
      closeAfterGrace();
    } else {
      var _ = codec().close();
    }
  }

  private void closeAfterGrace() {
    ChannelHandlerContext codec = codec();
    Runnable close =
        () -> {
          var _ = codec.close();
        };
    var _ = codec.executor().schedule(close, GRACE.toMillis(), MILLISECONDS);
  }

  private ChannelHandlerContext codec() {
    return ((HttpServerConnection) connection).channelHandlerContext();
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
