package io.atoll.edge.health.probe;

import io.atoll.edge.health.ProbeResult;
import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One check under way. It ends once, with a result or at its deadline, and what was opened for it
 * is closed then, or as soon as it is there. Confined to the event loop of its context.
 */
final class Attempt {
  /** What others say of a failure may be long, and operators read a few words. */
  private static final int LONGEST_REASON = 120;

  private final ContextInternal context;
  private final Duration timeout;
  private final Promise<ProbeResult> result;
  private @Nullable ScheduledFuture<?> deadline;
  private String awaited = "connection";

  /**
   * One that has not begun; from any thread.
   *
   * @param timeout from the beginning to the result, connecting included
   */
  Attempt(ContextInternal context, Duration timeout) {
    this.context = context;
    this.timeout = timeout;
    this.result = context.promise();
  }

  /** How it ended; never fails. */
  Future<ProbeResult> result() {
    return result.future();
  }

  /** Its time runs from now on. */
  void begin() {
    deadline =
        context.nettyEventLoop().schedule(this::late, timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void late() {
    failed("no " + awaited + " within " + timeout.toMillis() + " ms");
  }

  /** Where it is run. */
  ContextInternal context() {
    return context;
  }

  /** How long it may take in all. */
  Duration timeout() {
    return timeout;
  }

  /** Whether it has ended. */
  boolean over() {
    return result.future().isComplete();
  }

  /** What it waits for now, for the words at the deadline. */
  void awaits(String what) {
    awaited = what;
  }

  /** Closes a channel when it ends; at once where it has. */
  void owns(Channel channel) {
    atEnd(
        () -> {
          var _ = channel.close();
        });
  }

  /** Does something when it ends; at once where it has. */
  void atEnd(Runnable task) {
    result.future().onComplete(_ -> task.run());
  }

  void passed(String reason) {
    end(ProbeResult.passed(reason));
  }

  void failed(String reason) {
    end(ProbeResult.failed(cut(reason)));
  }

  void failed(Throwable why) {
    failed(words(why));
  }

  private void end(ProbeResult how) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    result.tryComplete(how);
  }

  private static String words(Throwable why) {
    String said = why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
    return switch (why) {
      case ConnectException _ when said.contains("refused") -> "connection refused";
      case UnknownHostException _ -> "the name is not known";
      case SSLException _ -> "TLS: " + deepest(why, said);
      default -> said;
    };
  }

  /** What a handshake failed for is said by the innermost cause. */
  private static String deepest(Throwable why, String otherwise) {
    Throwable cause = why;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? otherwise : cause.getMessage();
  }

  private static String cut(String reason) {
    String line = reason.lines().findFirst().orElse("");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }
}
