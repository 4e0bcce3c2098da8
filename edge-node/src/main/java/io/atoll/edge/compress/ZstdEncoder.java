package io.atoll.edge.compress;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/** RFC 8878. A window of 256 KiB bounds what both sides hold (RFC 9659 allows 8 MiB). */
final class ZstdEncoder implements Encoder {
  private static final int WINDOW = 18;

  private final ZstdCompressCtx state = new ZstdCompressCtx();
  private final Scratch scratch;

  ZstdEncoder(int level, Scratch scratch) {
    this.scratch = scratch;
    state.setLevel(level).setWindowLog(WINDOW);
  }

  @Override
  public Buffer encode(byte[] bytes, int offset, int length, boolean flush) {
    ByteBuffer in = scratch.in().clear().put(bytes, offset, length).flip();
    return run(in, flush ? EndDirective.FLUSH : EndDirective.CONTINUE);
  }

  @Override
  public Buffer finish() {
    return run(scratch.in().clear().flip(), EndDirective.END);
  }

  private Buffer run(ByteBuffer in, EndDirective directive) {
    Buffer ready = Buffer.buffer();
    boolean done = false;
    while (!done) {
      ByteBuffer out = scratch.out().clear();
      boolean empty = state.compressDirectByteBufferStream(out, in, directive);
      done = !in.hasRemaining() && (empty || directive == EndDirective.CONTINUE);
      scratch.appendTo(ready);
    }
    return ready;
  }

  @Override
  public void close() {
    state.close();
  }
}
