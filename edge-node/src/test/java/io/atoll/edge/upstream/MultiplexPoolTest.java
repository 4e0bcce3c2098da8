package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.atoll.edge.testkit.UpstreamText;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayDeque;
import java.util.Queue;
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
          UpstreamText.upstream("u", "connections: {perBackend: 1, pending: 16}").connections(),
          1,
          new UpstreamMeters(new Telemetry(), "u"),
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
}
