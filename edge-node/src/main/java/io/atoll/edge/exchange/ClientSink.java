package io.atoll.edge.exchange;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Writes a response to the client as fast as it reads. */
final class ClientSink implements ResponseSink {
  /** Bytes written for a client of HTTP/2 and not sent at which its response waits. */
  private static final long MOST_UNSENT = 128 << 10;

  private final Exchange exchange;
  private final ClientResponse response;
  private @Nullable Fetch fetch;
  private long announced = -1;
  private long unsent;
  private boolean held;

  ClientSink(Exchange exchange, ClientResponse response) {
    this.exchange = exchange;
    this.response = response;
  }

  @Override
  public void hints(MultiMap hints) {
    response.hints(hints);
  }

  @Override
  public void trailers(MultiMap trailers) {
    if (announced < 0) {
      response.trailers(trailers);
    }
  }

  @Override
  public void start(Fetch source, int status, MultiMap head) {
    if (response.isFinished()) {
      source.cancel();
      return;
    }
    fetch = source;
    exchange.onGone(source::cancel);
    announced = response.begin(status, head);
  }

  @Override
  public void flush() {
    response.flushHead();
  }

  @Override
  public void part(Buffer part) {
    if (response.isFinished()) {
      return;
    }
    if (part.length() == announced && !response.hasBegun()) {
      response.complete(part, Outcome.OK); // all in one write
    } else if (response.isMultiplexed()) {
      writeCounted(part);
    } else if (response.write(part)) {
      holdUp();
      response.onDrained(this::goOn);
    }
  }

  @Override
  public @Nullable FileTaker files() {
    return response.takesFiles() ? response::file : null;
  }

  /** Vert.x counts what waits for a window of HTTP/2 in messages, of any size. */
  private void writeCounted(Buffer part) {
    int length = part.length();
    unsent += length;
    response.write(part, () -> sent(length));
    if (unsent > MOST_UNSENT) {
      holdUp();
    }
  }

  private void sent(int length) {
    unsent -= length;
    if (held && unsent <= MOST_UNSENT / 2) {
      goOn();
    }
  }

  private void holdUp() {
    Fetch source = fetch;
    if (source != null && !held && !response.isFinished()) {
      held = true;
      source.pause();
      response.awaitClient();
    }
  }

  private void goOn() {
    Fetch source = fetch;
    if (held && !response.isFinished() && source != null) {
      held = false;
      response.clientCame();
      source.resume();
    }
  }

  @Override
  public void end() {
    if (!response.isFinished()) {
      response.complete(null, Outcome.OK);
    }
  }

  @Override
  public void failed(Failure failure) {
    exchange.fail(failure);
  }
}
