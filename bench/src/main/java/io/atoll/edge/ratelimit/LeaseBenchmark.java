package io.atoll.edge.ratelimit;

import io.atoll.config.ClusterConfig.OnPartition;
import io.atoll.config.Rate;
import io.atoll.config.RateLimitConfig;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A node's decision about one request, as the rate limit filter has it made: with the clock read
 * and the decision counted. The ledger is in process and answers at once, so what asking ahead of
 * need costs this node is in the figures, spread over the requests between two questions; what it
 * costs the owner and the network is not.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class LeaseBenchmark {
  private static final int NODES = 3;
  private static final int KEYS = 100_000;
  private static final int CLIENTS = 1 << 10;

  /** Filled faster than one thread can spend. */
  private static final Rate PLENTY = new Rate(1_000_000_000, Duration.ofSeconds(1));

  private final String[] clients =
      IntStream.range(0, CLIENTS)
          .mapToObj(i -> "10.0." + (i >> 8) + "." + (i & 255))
          .toArray(String[]::new);
  private final RateLimits limits =
      new RateLimits(
          OnPartition.share,
          new InProcessLedger(System::nanoTime, KEYS),
          () -> NODES,
          new Telemetry());
  private final LeaseBook plenty = limits.book(limit("plenty", PLENTY));
  private final LeaseBook scarce = limits.book(limit("scarce", new Rate(1, Duration.ofHours(1))));
  private final Lease inHand = plenty.lease("192.0.2.1");
  private final Lease spent = scarce.lease("192.0.2.1");
  private int next;

  private static RateLimitConfig limit(String name, Rate rate) {
    return new RateLimitConfig(
        name, new RateLimitConfig.ClientIp(), rate, null, RateLimitConfig.Mode.fast);
  }

  /** Sees to it, before and after, that the decisions are of the kinds that the names promise. */
  @Setup(Level.Iteration)
  @TearDown(Level.Iteration)
  public void check() {
    for (int i = 0; i < 4; i++) {
      inHand.spend();
      spent.spend();
    }
    Decision admits = inHand.spend();
    Decision refuses = spent.spend();
    if (admits != Decision.LEASE_ADMITS || refuses != Decision.LEASE_REFUSES) {
      throw new IllegalStateException(admits + ", " + refuses);
    }
  }

  /** Gives the leases back and ends the timer's thread. */
  @TearDown
  public void close() {
    limits.close();
  }

  /** A token is in hand: one compare-and-set, and now and then a question. */
  @Benchmark
  public Decision admits() {
    return inHand.spend();
  }

  /** The same with the look-up of the client's lease: what a request pays. */
  @Benchmark
  public Decision admitsByKey() {
    return plenty.lease("192.0.2.1").spend();
  }

  /** The same for a thousand clients in turn, each of which takes its own tokens ahead. */
  @Benchmark
  public Decision admitsThousandKeys() {
    next = (next + 1) & (CLIENTS - 1);
    return plenty.lease(clients[next]).spend();
  }

  /** The clock alone, which every decision reads once. */
  @Benchmark
  public long clock() {
    return System.nanoTime();
  }

  /** The owner has said that nothing is left for a time to come: a comparison of times. */
  @Benchmark
  public Decision refuses() {
    return spent.spend();
  }
}
