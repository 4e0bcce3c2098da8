package io.atoll.edge.balance;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One pick from a rotation that stays as it is, by a balancer that nobody else uses. The backends
 * have up to seven requests outstanding each, the same ones throughout.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class BalancerBenchmark {
  private static final int BUSIEST = 8;
  private static final long SEED = 1;

  @Param({"3", "100", "1000"})
  private int backends = 1;

  private final Balancer roundRobin =
      Balancer.of(new UpstreamConfig.RoundRobin(), new SplittableRandom(SEED));
  private final Balancer leastRequest =
      Balancer.of(new UpstreamConfig.LeastRequest(), new SplittableRandom(SEED));
  private Rotation rotation = rotation(backends);

  /** As many backends as the parameter says. */
  @Setup
  public void fill() {
    rotation = rotation(backends);
  }

  private static Rotation rotation(int size) {
    SplittableRandom random = new SplittableRandom(SEED);
    BackendSet set =
        new BackendSet(
            "shop",
            IntStream.range(0, size)
                .mapToObj(i -> Member.at(new BackendAddress("http", "10.0.0.1", 10_000 + i)))
                .toList(),
            0);
    for (Backend backend : set.all()) {
      for (int i = random.nextInt(BUSIEST); i > 0; i--) {
        backend.begin();
      }
    }
    return set.rotation();
  }

  /** Smooth weighted round robin. */
  @Benchmark
  public int roundRobin() {
    return Objects.requireNonNull(roundRobin.pick(rotation, Picking.ANYWHERE)).weight();
  }

  /** The fewest requests for the weight. */
  @Benchmark
  public int leastRequest() {
    return Objects.requireNonNull(leastRequest.pick(rotation, Picking.ANYWHERE)).weight();
  }
}
