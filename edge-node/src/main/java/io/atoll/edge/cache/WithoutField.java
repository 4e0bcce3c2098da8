package io.atoll.edge.cache;

import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/**
 * Lets a response through without one of its fields: surrogate keys are between origin and cache.
 *
 * @param name of the field
 * @param next where the response goes
 */
record WithoutField(String name, ResponseSink next) implements ResponseSink {
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
    fields.remove(name);
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
