package io.atoll.edge.loop;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A loop whose time stands still until a test moves it. Runs everything on the test's thread. */
public final class FakeLoop implements Loop {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
  private long now = 42;
  private long order;

  @Override
  public void execute(Runnable task) {
    tasks.add(new Task(now, order++, task));
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    Task timer = new Task(now + delay.toNanos(), order++, task);
    tasks.add(timer);
    return () -> tasks.remove(timer);
  }

  @Override
  public long now() {
    return now;
  }

  /** Runs what is due now. */
  public void run() {
    advance(Duration.ZERO);
  }

  /** Lets time go by, running each task at its time. */
  public void advance(Duration by) {
    long until = now + by.toNanos();
    for (Task next = tasks.peek(); next != null && next.at <= until; next = tasks.peek()) {
      tasks.remove(next);
      now = Math.max(now, next.at);
      next.task.run();
    }
    now = until;
  }

  private record Task(long at, long order, Runnable task) {}
}
