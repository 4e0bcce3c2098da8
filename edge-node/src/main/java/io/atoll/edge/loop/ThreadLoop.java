package io.atoll.edge.loop;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop on a thread of its own, for work that may take milliseconds. */
public final class ThreadLoop implements Loop, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadLoop.class);

  private final ScheduledExecutorService thread;

  /** Starts the thread. */
  public ThreadLoop(String name) {
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
  }

  @Override
  public void execute(Runnable task) {
    try {
      thread.execute(() -> run(task));
    } catch (RejectedExecutionException _) {
      LOG.debug("closed");
    }
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    try {
      Future<?> timer = thread.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> timer.cancel(false);
    } catch (RejectedExecutionException _) {
      return () -> {};
    }
  }

  /** One that fails is no reason to leave the others undone. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("a task failed", e);
    }
  }

  @Override
  public long now() {
    return System.nanoTime();
  }

  /** Runs nothing any more. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
