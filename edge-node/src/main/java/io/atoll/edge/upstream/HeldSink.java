package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds a response back, from its head on, until something else has happened. The backend is paused
 * meanwhile: what comes all the same was read already, and is kept in its order. Where nothing is
 * to be waited for, all passes as it comes. Confined to one event loop.
 */
final class HeldSink implements ResponseSink, Fetch {
  private final ResponseSink next;
  private final Queue<Consumer<ResponseSink>> held = new ArrayDeque<>();
  private @Nullable Fetch fetch;
  private boolean holding;
  private boolean paused;

  HeldSink(ResponseSink next) {
    this.next = next;
  }

  /** Holds what comes until then. */
  void hold(Future<Void> until) {
    holding = true;
    until.onComplete(_ -> release());
  }

  private void release() {
    Consumer<ResponseSink> call = held.poll();
    while (call != null) {
      call.accept(next);
      call = held.poll();
    }
    if (holding) {
      holding = false;
      if (fetch != null && !paused) {
        fetch.resume();
      }
    }
  }

  /** Nothing of what is held reaches the client. */
  void drop() {
    held.clear();
    holding = false;
  }

  private void pass(Consumer<ResponseSink> call) {
    if (holding) {
      held.add(call);
    } else {
      call.accept(next);
    }
  }

  @Override
  public void hints(MultiMap fields) {
    next.hints(fields);
  }

  @Override
  public void start(Fetch source, int status, MultiMap fields) {
    fetch = source;
    if (holding) {
      source.pause();
    }
    pass(sink -> sink.start(this, status, fields));
  }

  @Override
  public void flush() {
    pass(ResponseSink::flush);
  }

  @Override
  public void part(Buffer part) {
    if (holding) {
      held.add(sink -> sink.part(part));
    } else {
      next.part(part);
    }
  }

  @Override
  public void trailers(MultiMap fields) {
    pass(sink -> sink.trailers(fields));
  }

  @Override
  public void end() {
    pass(ResponseSink::end);
  }

  /** What was held is no response any more, and nobody has seen it. */
  @Override
  public void failed(Failure failure) {
    drop();
    next.failed(failure);
  }

  @Override
  public void pause() {
    paused = true;
    if (!holding && fetch != null) {
      fetch.pause();
    }
  }

  @Override
  public void resume() {
    paused = false;
    if (!holding && fetch != null) {
      fetch.resume();
    }
  }

  @Override
  public void cancel() {
    if (fetch != null) {
      fetch.cancel();
    }
  }
}
