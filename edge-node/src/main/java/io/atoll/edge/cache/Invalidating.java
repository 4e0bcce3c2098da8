package io.atoll.edge.cache;

import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * Lets a response through and acts if it says that an unsafe method succeeded (RFC 9111 §4.4).
 *
 * @param next where the response goes
 * @param succeeded run before the head goes on, so that the client that changed something finds it
 *     changed on this node
 */
record Invalidating(ResponseSink next, Runnable succeeded) implements ResponseSink {
  @Override
  public void hints(MultiMap fields) {
    next.hints(fields);
  }

  @Override
  public void trailers(MultiMap fields) {
    next.trailers(fields);
  }

  @Override
  public void start(Fetch fetch, int status, MultiMap fields) {
    if (status >= 200 && status < 400) {
      succeeded.run();
    }
    next.start(fetch, status, fields);
  }

  @Override
  public void flush() {
    next.flush();
  }

  @Override
  public void part(Buffer part) {
    next.part(part);
  }

  @Override
  public void end() {
    next.end();
  }

  @Override
  public void failed(Failure failure) {
    next.failed(failure);
  }
}
