package io.atoll.edge.compress;

import com.aayushatharva.brotli4j.encoder.Encoder.Mode;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Operation;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** RFC 7932. A window of 256 KiB bounds what both sides hold. */
final class BrotliEncoder implements Encoder {
  private static final int WINDOW = 18;

  /** What it holds back is less than two windows: this many are always enough. */
  private static final int MOST_ROUNDS = 4;

  private final EncoderJNI.Wrapper state;
  private boolean closed;

  BrotliEncoder(int level) {
    try {
      state = new EncoderJNI.Wrapper(MOST_AT_ONCE, level, WINDOW, Mode.GENERIC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Buffer encode(byte[] bytes, int offset, int length, boolean flush) {
    state.getInputBuffer().clear().put(bytes, offset, length);
    Buffer ready = run(flush ? Operation.FLUSH : Operation.PROCESS, length);
    for (int round = 0; flush && round < MOST_ROUNDS; round++) {
      // What it had taken before may have come out alone: then the rest needs another flush.
      Buffer more = run(Operation.FLUSH, 0);
      if (more.length() == 0) {
        break;
      }
      ready.appendBuffer(more);
    }
    return ready;
  }

  @Override
  public Buffer finish() {
    Buffer ready = run(Operation.FINISH, 0);
    for (int round = 0; !state.isFinished() && round < MOST_ROUNDS; round++) {
      ready.appendBuffer(run(Operation.FINISH, 0));
    }
    if (!state.isFinished()) {
      throw new IllegalStateException("brotli has no end");
    }
    return ready;
  }

  private Buffer run(Operation operation, int length) {
    Buffer ready = Buffer.buffer();
    state.push(operation, length);
    while (true) {
      if (!state.isSuccess()) {
        throw new IllegalStateException("brotli can't encode");
      } else if (state.hasMoreOutput()) {
        ByteBuffer out = state.pull();
        byte[] bytes = new byte[out.remaining()];
        out.get(bytes);
        ready.appendBytes(bytes);
      } else if (state.hasRemainingInput()) {
        state.push(operation, 0);
      } else {
        return ready;
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      state.destroy();
    }
  }
}
