package io.atoll.edge.balance;

import java.util.Collections;
import java.util.List;
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
 * What it costs that something changes: a rotation, which event loops build where requests fail,
 * and a list of members whose requests find backends by hash, which they don't.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class RotationBenchmark {
  @Param({"3", "100", "1000"})
  private int backends = 1;

  private BackendSet set = Simulated.set("balance: ipHash", List.of(1));
  private Backend backend = List.copyOf(set.all()).getFirst();
  private boolean out;

  /** As many backends as the parameter says. */
  @Setup
  public void fill() {
    set = Simulated.set("balance: ipHash", Collections.nCopies(backends, 1));
    backend = List.copyOf(set.all()).getFirst();
  }

  /** One backend leaves the rotation, or comes back. */
  @Benchmark
  public Rotation rotate() {
    out = !out;
    set.judge(backend, !out, false);
    return set.rotation();
  }

  /** The table for hashes. */
  @Benchmark
  public int table() {
    return Maglev.of(set.all()).size();
  }
}
