package io.atoll.edge.upstream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;

/** A stream that keeps the parts that are written to it. */
final class WrittenTo implements BackendStream {
  private final List<Buffer> parts = new ArrayList<>();

  List<Buffer> written() {
    return parts;
  }

  @Override
  public void write(Buffer part) {
    parts.add(part);
  }

  @Override
  public void begin(HttpMethod method, String pathAndQuery, String authority) {}

  @Override
  public void field(CharSequence name, CharSequence value) {}

  @Override
  public void wantTrailers() {}

  @Override
  public void send(Framing framing) {}

  @Override
  public boolean full() {
    return false;
  }

  @Override
  public void end() {}

  @Override
  public void pause() {}

  @Override
  public void resume() {}

  @Override
  public void cancel() {}
}
