package io.atoll.edge.ratelimit;

import java.util.PriorityQueue;
import java.util.function.LongSupplier;

/** A clock that a test moves, and the alarms that ring as it passes them. One thread. */
public final class FakeTime implements LongSupplier, Alarm {
  private record Pending(long at, long order, Runnable action) implements Comparable<Pending> {
    @Override
    public int compareTo(Pending other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Pending> pending = new PriorityQueue<>();
  private long now = 1_000_000_000L;
  private long order;

  @Override
  public long getAsLong() {
    return now;
  }

  @Override
  public void after(long nanos, Runnable action) {
    pending.add(new Pending(now + nanos, order++, action));
  }

  /** Lets time pass, ringing each alarm at its time. */
  public void pass(long nanos) {
    long end = now + nanos;
    while (!pending.isEmpty() && pending.element().at <= end) {
      Pending next = pending.remove();
      now = Math.max(now, next.at);
      next.action.run();
    }
    now = end;
  }

  /** Lets milliseconds pass. */
  public void passMillis(long millis) {
    pass(millis * 1_000_000);
  }
}
