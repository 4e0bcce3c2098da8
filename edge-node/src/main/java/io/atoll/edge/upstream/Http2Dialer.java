package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Outcome;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.http2.codec.Http2CodecClientChannelInitializer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.tracing.TracingPolicy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 by Vert.x's codec on connections of our own: over TLS by ALPN, in clear text with prior
 * knowledge (RFC 9113 section 3.3). A connection counts once the backend's settings are there.
 */
final class Http2Dialer implements Dialer {
  private static final int STREAM_WINDOW = 256 << 10;

  /**
   * Whatever streams hold back for slow clients, and half of it again that Netty has not given back
   * yet, leaves room for the others (RFC 9113 section 5.2.2).
   */
  private static final int CONNECTION_WINDOW = 2 * MultiplexConnection.MOST_STREAMS * STREAM_WINDOW;

  private static final int MOST_FLUSHES = 64;

  private final ContextInternal context;
  private final Connector connector;
  private final HostAndPort authority;
  private final Duration within;
  private final Http2CodecClientChannelInitializer codec =
      new Http2CodecClientChannelInitializer(
          new Http2Settings()
              .setPushEnabled(false)
              .setInitialWindowSize(STREAM_WINDOW)
              .setMaxHeaderListSize(HEAD_LIMIT),
          TracingPolicy.IGNORE,
          false,
          false,
          -1,
          null,
          0);

  /**
   * For one backend.
   *
   * @param within how long its settings may take; zero: for ever
   */
  Http2Dialer(
      ContextInternal context, Connector connector, HostAndPort authority, Duration within) {
    this.context = context;
    this.connector = connector;
    this.authority = authority;
    this.within = within;
  }

  @Override
  public void dial(Caller caller) {
    connector.connect(
        new Connector.Caller() {
          @Override
          public void connected(Channel channel) {
            begin(channel, caller);
          }

          @Override
          public void failed(Outcome why) {
            caller.failed(why);
          }
        });
  }

  private void begin(Channel channel, Caller caller) {
    // What is written for the streams of a connection in one go leaves in one TLS record.
    channel.pipeline().addLast(new FlushConsolidationHandler(MOST_FLUSHES, true));
    PromiseInternal<HttpClientConnection> settled = context.promise();
    ScheduledFuture<?> deadline = within.isZero() ? null : deadline(settled, channel);
    settled
        .future()
        .onComplete(
            (connection, failure) -> {
              if (deadline != null) {
                deadline.cancel(false);
              }
              if (failure == null) {
                connection.setWindowSize(CONNECTION_WINDOW);
                Interims.ignoreUnknown(connection);
                caller.connected(connection);
              } else {
                var _ = channel.close();
                caller.failed(Outcome.CONNECT_FAILURE);
              }
            });
    codec.http2Connected(context, authority, null, null, channel, null, settled);
  }

  private @Nullable ScheduledFuture<?> deadline(
      PromiseInternal<HttpClientConnection> settled, Channel channel) {
    return channel
        .eventLoop()
        .schedule(
            () -> settled.tryFail(new TimeoutException("no settings")),
            within.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  @Override
  public void rest() {}
}
