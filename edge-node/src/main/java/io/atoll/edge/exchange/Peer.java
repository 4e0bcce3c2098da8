package io.atoll.edge.exchange;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;

/**
 * A client's connection as its exchanges see it. Confined to its event loop.
 *
 * <p>Idleness is counted here and not by the server, whose own timer knows nothing of exchanges: it
 * would cut a client off that waits for a slow backend.
 */
public final class Peer {
  private static final Duration LINGER = Duration.ofSeconds(2);

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

  /** Nothing that still comes from it is a request. */
  public void condemn() {
    condemned = true;
  }

  /**
   * Closes the connection after the last response was written, although the client may still be
   * sending: closed at once, with bytes unread, the system resets it, and the client may lose the
   * response (RFC 9112 section 9.6). So it says that nothing more comes, and what comes from the
   * client is read to nowhere, for a while.
   */
  public void linger() {
    condemned = true;
    Channel channel = ((HttpServerConnection) connection).channelHandlerContext().channel();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    ChannelFuture said = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
    said.addListener(
        _ -> {
          var _ = ((DuplexChannel) channel).shutdownOutput();
        });
    var _ =
        channel
            .eventLoop()
            .schedule(
                (Runnable)
                    () -> {
                      var _ = channel.close();
                    },
                LINGER.toMillis(),
                MILLISECONDS);
  }

  /** Closes the connection now. */
  public void close() {
    condemned = true;
    var _ = connection.shutdown(0, MILLISECONDS);
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
