package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;
import io.atoll.edge.health.ProbeResult;
import io.atoll.edge.testkit.UpstreamText;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A check of a backend on loopback, as an upstream's configuration asks for it. */
final class Checked implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Probers probers = new Probers(vertx);

  /**
   * Checks once.
   *
   * @param upstream its keys
   */
  ProbeResult check(int port, String upstream) {
    try {
      return probers
          .apply(UpstreamText.upstream("u", upstream))
          .probe(new BackendAddress("http", "127.0.0.1", port))
          .await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the check has no deadline", e);
    }
  }

  /** Where backends may run as well. */
  Vertx vertx() {
    return vertx;
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
