package io.atoll.bench.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that ask at a rate, or as fast as they are answered, until this is closed. Thread-safe.
 */
final class Load implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder broken = new LongAdder();
  private final ConcurrentSkipListMap<Long, LongAdder> byMillis = new ConcurrentSkipListMap<>();
  private volatile ConcurrentSkipListMap<Long, LongAdder> lately = new ConcurrentSkipListMap<>();
  private volatile boolean stopped;

  private Load() {}

  /**
   * Starts the clients.
   *
   * @param clients how many
   * @param perSecond of all together; 0: each asks again at once
   * @param ports of the nodes; each client begins at another
   * @param path what is asked for
   */
  static Load start(int clients, int perSecond, List<Integer> ports, String path) {
    Load load = new Load();
    long interval = perSecond == 0 ? 0 : Duration.ofSeconds(1).toNanos() * clients / perSecond;
    long began = System.nanoTime();
    for (int i = 0; i < clients; i++) {
      Caller caller = new Caller(ports, i);
      long first = began + interval * i / clients;
      load.threads.add(Thread.ofVirtual().start(() -> load.repeat(caller, path, first, interval)));
    }
    return load;
  }

  private void repeat(Caller caller, String path, long first, long interval) {
    long due = first;
    try (caller) {
      while (!stopped) {
        for (long early = due - System.nanoTime();
            early > 0 && !stopped;
            early = due - System.nanoTime()) {
          LockSupport.parkNanos(early);
        }
        if (!stopped) {
          add(caller.get(path, null));
        }
        // Who is late does not catch up.
        due = Math.max(due + interval, System.nanoTime() - interval);
      }
    }
  }

  private void add(Caller.Answer answer) {
    answered.increment();
    if (answer.failed()) {
      failed.increment();
    }
    broken.add(answer.broken());
    long millis = answer.nanos() / 1_000_000;
    byMillis.computeIfAbsent(millis, _ -> new LongAdder()).increment();
    lately.computeIfAbsent(millis, _ -> new LongAdder()).increment();
  }

  /** Requests that are over. */
  long answered() {
    return answered.sum();
  }

  /** Those answered by 5xx, or by nobody. */
  long failed() {
    return failed.sum();
  }

  /** Times that a node gave no response and another was asked. */
  long broken() {
    return broken.sum();
  }

  /** Whole milliseconds that so large a share of the answers took at most. */
  long millis(double share) {
    return millis(byMillis, share);
  }

  /** The same of the answers since this was last asked. One thread asks. */
  long millisLately(double share) {
    ConcurrentSkipListMap<Long, LongAdder> since = lately;
    lately = new ConcurrentSkipListMap<>();
    return millis(since, share);
  }

  private static long millis(ConcurrentSkipListMap<Long, LongAdder> times, double share) {
    long all = times.values().stream().mapToLong(LongAdder::sum).sum();
    long left = (long) Math.ceil(all * share);
    for (var entry : times.entrySet()) {
      left -= entry.getValue().sum();
      if (left <= 0) {
        return entry.getKey();
      }
    }
    return 0;
  }

  @Override
  public void close() {
    stopped = true;
    threads.forEach(LockSupport::unpark);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
