package io.atoll.edge.balance;

import io.atoll.config.UpstreamConfig;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
 * have up to seven requests outstanding each, the same ones throughout, and have answered in 1 to
 * 20 ms. Each request has another key; {@code peakEwma} reads the clock.
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

  @Param({
    "roundRobin",
    "roundRobin by weight",
    "leastRequest",
    "leastRequest by weight",
    "peakEwma",
    "random",
    "random by weight",
    "ipHash",
    "consistentHash"
  })
  private String algorithm = "random";

  private final Keys keys = new Keys();
  private Balancer balancer = new ByChance(new SplittableRandom(SEED));
  private Rotation rotation = Simulated.set("balance: random", List.of(1)).rotation();

  /** As many backends as the parameter says, with weights from 1 to 10 or all with 1. */
  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(SEED);
    String[] words = algorithm.split(" ", 2);
    String yaml =
        "balance: "
            + (words[0].equals("consistentHash") ? "{consistentHash: {header: X-User}}" : words[0]);
    int heaviest = words.length > 1 ? 10 : 1;
    BackendSet set = Simulated.set(yaml, random.ints(backends, 1, heaviest + 1).boxed().toList());
    for (Backend backend : set.all()) {
      for (int i = random.nextInt(BUSIEST); i > 0; i--) {
        backend.begin();
      }
      backend.answered(random.nextInt(1, 21) * 1_000_000L, System.nanoTime());
    }
    rotation = set.rotation();
    UpstreamConfig config = Simulated.config(yaml);
    balancer = Balancer.of(config, new SplittableRandom(SEED), System::nanoTime);
  }

  /** A pick. */
  @Benchmark
  public int pick() {
    keys.count++;
    return Objects.requireNonNull(balancer.pick(rotation, keys)).slot();
  }

  /** Each request with another key. */
  private static final class Keys implements Picking {
    long count;

    @Override
    public boolean excludes(Backend backend) {
      return false;
    }

    @Override
    public long hash() {
      return StableHash.mix(count);
    }
  }
}
