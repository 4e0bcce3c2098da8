package io.atoll.edge.files;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The few threads of a node on which files are looked up, opened and read, as that can block. Both
 * they and the jobs that wait for them are bounded. Thread-safe.
 */
public final class Disk implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int WAITING = 4096;

  private final ThreadPoolExecutor threads;

  /** Starts no thread before there is something to do. */
  public Disk() {
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("disk-", 1).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Does a job; the future completes on the context. It fails with {@link
   * RejectedExecutionException} where too many wait.
   */
  <T> Future<T> run(Context context, Callable<T> job) {
    Promise<T> promise = ((ContextInternal) context).promise();
    try {
      threads.execute(
          () -> {
            try {
              promise.complete(job.call());
            } catch (Exception | Error e) {
              promise.fail(e); // whoever waits must hear of it
            }
          });
    } catch (RejectedExecutionException e) {
      promise.fail(e);
    }
    return promise.future();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
