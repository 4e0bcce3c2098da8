package io.atoll.edge.compress;

import io.vertx.core.buffer.Buffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** RFC 1952. */
final class GzipEncoder implements Encoder {
  /** Deflate, no flags, no time, unknown system. */
  private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private final Deflater deflater;
  private final CRC32 checksum = new CRC32();
  private final byte[] out = new byte[8 << 10];
  private boolean begun;

  GzipEncoder(int level) {
    deflater = new Deflater(level, true);
  }

  @Override
  public Buffer encode(byte[] bytes, int offset, int length, boolean flush) {
    Buffer ready = begin();
    checksum.update(bytes, offset, length);
    deflater.setInput(bytes, offset, length);
    drain(ready, flush ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH);
    return ready;
  }

  @Override
  public Buffer finish() {
    Buffer ready = begin();
    deflater.finish();
    drain(ready, Deflater.NO_FLUSH);
    ready.appendIntLE((int) checksum.getValue());
    return ready.appendIntLE((int) deflater.getBytesRead());
  }

  private Buffer begin() {
    Buffer ready = Buffer.buffer();
    if (!begun) {
      begun = true;
      ready.appendBytes(HEAD);
    }
    return ready;
  }

  private void drain(Buffer ready, int mode) {
    int count;
    do {
      count = deflater.deflate(out, 0, out.length, mode);
      ready.appendBytes(out, 0, count);
    } while (count == out.length);
  }

  @Override
  public void close() {
    deflater.end();
  }
}
