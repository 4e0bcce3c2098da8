package io.atoll.edge.demo.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Clients that visit at the same time, each on a virtual thread of its own and each waiting for its
 * answer before it asks again, until told to stop.
 */
final class Crowd implements AutoCloseable {
  private final Tally tally = new Tally();
  private final List<Thread> threads = new ArrayList<>();
  private final CompletableFuture<Void> broke = new CompletableFuture<>();
  private volatile boolean stopped;

  private Crowd() {}

  /** What a client does, again and again. */
  @FunctionalInterface
  interface Errand {
    /** Makes one visit. */
    Visitor.Visit run() throws InterruptedException;
  }

  /**
   * Clients that ask no more often than once in a while each, evenly spread.
   *
   * @param clients how many
   * @param interval of each client, so that the load is what was meant and not what the machine can
   *     bear; one that is late does not catch up
   * @param errands makes the errand of a client by its number, from 0
   */
  static Crowd start(int clients, Duration interval, IntFunction<Errand> errands) {
    Crowd crowd = new Crowd();
    long start = System.nanoTime();
    for (int i = 0; i < clients; i++) {
      Errand errand = errands.apply(i);
      long first = start + interval.toNanos() * i / clients;
      crowd.threads.add(
          Thread.ofVirtual()
              .name("client-" + i)
              .start(() -> crowd.repeat(errand, first, interval.toNanos())));
    }
    return crowd;
  }

  /** What came of the visits so far. */
  Tally tally() {
    return tally;
  }

  /**
   * Lets them go on for a while.
   *
   * @throws IllegalStateException where a client could not go on
   */
  void carryOn(Duration duration) throws InterruptedException {
    try {
      broke.get(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      // Nothing broke in that time.
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Tells them to stop and waits for their last answers. */
  @Override
  public void close() {
    stopped = true;
    for (Thread thread : threads) {
      LockSupport.unpark(thread);
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
    }
  }

  private void repeat(Errand errand, long first, long interval) {
    long due = first;
    try {
      while (!stopped) {
        for (long early = due - System.nanoTime();
            early > 0 && !stopped;
            early = due - System.nanoTime()) {
          LockSupport.parkNanos(early);
        }
        if (!stopped) {
          tally.add(errand.run());
        }
        due = Math.max(due + interval, System.nanoTime() - interval);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      broke.completeExceptionally(e);
    }
  }
}
