package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the cookie of a session without a table costs: sealed once, and opened with each request.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class SealedBackendBenchmark {
  private static final BackendAddress BACKEND = new BackendAddress("http", "10.0.0.1", 9001);
  private static final long ISSUED = 1_800_000_000L;

  /** Many more than are remembered, so that hardly one is. */
  private static final int STRANGERS = 1 << 17;

  private final SealedBackend seal = new SealedBackend(new byte[32], "shop");
  private final String known = seal.seal(BACKEND, ISSUED, ISSUED);
  private final String forged =
      new SealedBackend(new byte[32], "other").seal(BACKEND, ISSUED, ISSUED);
  private final String[] strangers = new String[STRANGERS];
  private int next;

  /** Makes the cookies of clients that this node has not seen. */
  @Setup
  public void makeStrangers() {
    for (int i = 0; i < STRANGERS; i++) {
      strangers[i] = seal.seal(BACKEND, ISSUED, ISSUED);
    }
  }

  /** A new cookie. */
  @Benchmark
  public String seal() {
    return seal.seal(BACKEND, ISSUED, ISSUED);
  }

  /** A cookie that this node opened before, and remembers; its text remembers its hash. */
  @Benchmark
  public long openKnown() {
    return Objects.requireNonNull(seal.open(known)).issued();
  }

  /** A cookie that this node sees for the first time. */
  @Benchmark
  public long openFirst() {
    next = (next + 1) & (STRANGERS - 1);
    return Objects.requireNonNull(seal.open(strangers[next])).issued();
  }

  /** A cookie that was not made for this upstream; nothing is remembered of it. */
  @Benchmark
  public boolean openForged() {
    return seal.open(forged) == null;
  }
}
