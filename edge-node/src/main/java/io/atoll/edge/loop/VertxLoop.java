package io.atoll.edge.loop;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;

/** A loop on one Vert.x event loop. */
public final class VertxLoop implements Loop {
  private final Vertx vertx;
  private final Context context;

  /**
   * A loop on a context.
   *
   * @param context an event loop's; best one that serves no requests
   */
  public VertxLoop(Vertx vertx, Context context) {
    this.vertx = vertx;
    this.context = context;
  }

  @Override
  public void execute(Runnable task) {
    context.runOnContext(_ -> task.run());
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    long millis = delay.plusNanos(999_999).toMillis(); // never before its time
    long id = vertx.setTimer(Math.max(1, millis), _ -> task.run());
    return () -> vertx.cancelTimer(id);
  }

  @Override
  public long now() {
    return System.nanoTime();
  }
}
