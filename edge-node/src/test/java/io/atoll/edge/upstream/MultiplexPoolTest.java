package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.testkit.H2Backend;
import io.atoll.edge.testkit.UpstreamText;
import io.netty.handler.codec.http2.Http2Settings;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a pool of connections for many requests asks of its dialer. */
class MultiplexPoolTest {
  private final Vertx vertx = Vertx.vertx();
  private final Calls dialer = new Calls();
  private final MultiplexPool pool =
      new MultiplexPool(
          ((VertxInternal) vertx).getOrCreateContext(),
          dialer,
          UpstreamText.upstream("u", "connections: {perBackend: 1}").connections(),
          System::nanoTime);

  /** Who was asked for connections, and whether it may let go of what it holds. */
  private static final class Calls implements Dialer {
    private final Queue<Caller> callers = new ArrayDeque<>();
    private int rests;

    @Override
    public void dial(Caller caller) {
      callers.add(caller);
    }

    @Override
    public void rest() {
      rests++;
    }
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void aPoolThatIsClosedWhileItConnectsInVainLetsItsDialerRest() {
    var _ = pool.open(new Asked("/"));
    pool.close();
    assertThat(dialer.rests).as("a connection may still be made").isZero();

    dialer.callers.remove().failed(Outcome.CONNECT_FAILURE);

    assertThat(dialer.rests).isEqualTo(1);
  }

  /** One event loop may have all requests that a backend gets. */
  @Test
  void whereABackendAllowsOneRequestAConnectionThereAreAsManyAsItMayHave() {
    MultiplexPool larger =
        new MultiplexPool(
            ((VertxInternal) vertx).getOrCreateContext(),
            dialer,
            UpstreamText.upstream("u", "connections: {perBackend: 3}").connections(),
            System::nanoTime);
    for (int i = 0; i < 4 * MultiplexConnection.MOST_STREAMS; i++) {
      var _ = larger.open(new Asked("/"));
    }
    assertThat(dialer.callers).hasSize(3);
  }

  @Test
  void moreStreamsThanBeforeAreForThoseWhoWait() throws Exception {
    BlockingQueue<H2Backend.Request> held = new LinkedBlockingQueue<>();
    Http2Settings one = Http2Settings.defaultSettings().maxConcurrentStreams(1);
    try (H2Backend backend = new H2Backend(one, held::add);
        PoolOnLoop real = new PoolOnLoop("127.0.0.1", backend.port(), "h2c", "{perBackend: 1}")) {
      var _ = real.get("/1");
      H2Backend.Request first = Objects.requireNonNull(held.poll(10, TimeUnit.SECONDS));
      Asked second = real.get("/2");
      assertThat(second.isConnected()).isFalse();

      first.settings(Http2Settings.defaultSettings().maxConcurrentStreams(2));

      Objects.requireNonNull(held.poll(10, TimeUnit.SECONDS)).ok("2");
      assertThat(second.outcome()).isEqualTo("200 2 END");
      assertThat(backend.accepted()).isEqualTo(1);
    }
  }
}
