package io.atoll.edge.capacity;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the limit of a backend costs a request: a slot taken and given back, by one event loop alone
 * and by two that want the same backend's at once. Nobody waits; what a full backend costs is the
 * last.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class SlotsBenchmark {
  private final Line line = new Line(System::nanoTime, _ -> true);
  private final Slots plenty = new Slots("10.0.0.1:80", line, 1000);
  private final Slots none = new Slots("10.0.0.2:80", line, 0);

  /** All that was taken is given back. */
  @TearDown(Level.Iteration)
  public void check() {
    if (plenty.used() != 0 || none.used() != 0) {
      throw new IllegalStateException(plenty + ", " + none);
    }
  }

  /** By an event loop alone. */
  @Benchmark
  public boolean takeAndGive() {
    return takenAndGiven();
  }

  /** By two event loops at once. */
  @Benchmark
  @Threads(2)
  public boolean takeAndGiveByTwo() {
    return takenAndGiven();
  }

  private boolean takenAndGiven() {
    boolean taken = plenty.take();
    if (taken) {
      plenty.give();
    }
    return taken;
  }

  /** Where none is free. */
  @Benchmark
  public boolean refuse() {
    return none.take();
  }
}
