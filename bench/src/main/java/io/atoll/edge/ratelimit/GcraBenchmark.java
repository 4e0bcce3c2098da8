package io.atoll.edge.ratelimit;

import io.atoll.config.Rate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The arithmetic of a bucket and nothing else: no key, no clock, no counter, no other thread. What
 * an owner does for each question, and the floor of every decision.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class GcraBenchmark {
  private static final int BURST = 200;

  private final Gcra bucket = Gcra.of(new Rate(100, Duration.ofSeconds(1)), BURST);
  private long now;
  private long tat = Gcra.FULL;

  /** A token is there and taken; the next comes before the next request. */
  @Benchmark
  public boolean admits() {
    now += bucket.intervalNanos();
    if (bucket.available(tat, now) == 0) {
      return false;
    }
    tat = bucket.take(tat, now, 1);
    return true;
  }

  /** The bucket is empty; how long for is worked out too. */
  @Benchmark
  public long refuses() {
    now++;
    long emptied = now + bucket.capacityNanos();
    return bucket.available(emptied, now) == 0 ? bucket.emptyFor(emptied, now) : 0;
  }
}
