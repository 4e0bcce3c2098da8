package io.atoll.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** The meters of the node as a whole, the JVM's among them. */
public final class NodeMeters implements AutoCloseable {
  private final Telemetry telemetry;
  private final Timer lag;
  private final JvmGcMetrics collector = new JvmGcMetrics();

  /** Binds them. */
  public NodeMeters(Telemetry telemetry, String version) {
    this.telemetry = telemetry;
    this.lag = telemetry.timer("atoll.event.loop.lag");
    telemetry.gauge(
        "atoll.build.info", () -> 1, "version", version, "jdk", Runtime.version().toString());
    new ClassLoaderMetrics().bindTo(telemetry.registry());
    new JvmMemoryMetrics().bindTo(telemetry.registry());
    new JvmThreadMetrics().bindTo(telemetry.registry());
    new ProcessorMetrics().bindTo(telemetry.registry());
    new FileDescriptorMetrics().bindTo(telemetry.registry());
    new UptimeMetrics().bindTo(telemetry.registry());
    collector.bindTo(telemetry.registry());
  }

  /**
   * Binds who this is, so that a query can name nodes and tell clusters apart.
   *
   * @param cluster the cluster's name; empty for a node alone
   * @param node the node's name
   */
  public void identity(String cluster, String node) {
    telemetry.gauge("atoll.node.info", () -> 1, "cluster", cluster, "node", node);
  }

  /** Binds the node's state; each is asked when scraped. */
  public void state(
      BooleanSupplier ready, BooleanSupplier draining, IntSupplier members, LongSupplier active) {
    telemetry.gauge("atoll.ready", () -> ready.getAsBoolean() ? 1 : 0);
    telemetry.gauge("atoll.draining", () -> draining.getAsBoolean() ? 1 : 0);
    telemetry.gauge("atoll.cluster.members", members::getAsInt);
    telemetry.gauge("atoll.http.requests.active", active::getAsLong);
  }

  /** A timer on an event loop fired so much later than it should have. */
  public void lag(long nanos) {
    lag.record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  /** A counter of refusals by the guard, bound in advance. */
  public Runnable rejection(String reason) {
    Counter counter = telemetry.counter("atoll.http.rejected", "reason", reason);
    return counter::increment;
  }

  /** The counter of heals of a split brain, bound in advance. */
  public Runnable merged() {
    Counter counter = telemetry.counter("atoll.cluster.merges");
    return counter::increment;
  }

  @Override
  public void close() {
    collector.close();
  }
}
