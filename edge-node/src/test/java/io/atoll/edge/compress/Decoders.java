package io.atoll.edge.compress;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import com.aayushatharva.brotli4j.decoder.DecoderJNI.Status;
import com.github.luben.zstd.ZstdInputStream;
import io.atoll.config.RouteConfig.Coding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;

/** What clients decode with. */
final class Decoders {
  /** So often brotli's decoder is asked again whether there is more in what it has. */
  private static final int NUDGES = 5;

  private Decoders() {}

  /**
   * What is decoded.
   *
   * @param bytes as many as can be had of what has come
   * @param whole whether the end has come
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Decoded(byte[] bytes, boolean whole) {}

  /** Decodes what has come so far. */
  static Decoded soFar(Coding coding, byte[] encoded) throws IOException {
    return coding == Coding.br ? brotli(encoded) : stream(coding, encoded);
  }

  /** Decodes a whole body. */
  static byte[] decode(Coding coding, byte[] encoded) throws IOException {
    Decoded decoded = soFar(coding, encoded);
    if (!decoded.whole()) {
      throw new IOException("it has no end");
    }
    return decoded.bytes();
  }

  private static Decoded stream(Coding coding, byte[] encoded) {
    ByteArrayOutputStream decoded = new ByteArrayOutputStream();
    InputStream plain = new ByteArrayInputStream(encoded);
    try (InputStream in =
        coding == Coding.gzip ? new GZIPInputStream(plain) : new ZstdInputStream(plain)) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        decoded.write(next);
      }
      return new Decoded(decoded.toByteArray(), true);
    } catch (IOException e) {
      return new Decoded(decoded.toByteArray(), false);
    }
  }

  private static Decoded brotli(byte[] encoded) throws IOException {
    ByteArrayOutputStream decoded = new ByteArrayOutputStream();
    DecoderJNI.Wrapper state = new DecoderJNI.Wrapper(Math.max(1, encoded.length));
    try {
      state.getInputBuffer().put(encoded);
      state.push(encoded.length);
      int inVain = 0;
      while (state.hasOutput() || (state.getStatus() != Status.DONE && inVain < NUDGES)) {
        if (state.hasOutput()) {
          drain(state, decoded);
          inVain = 0;
        } else if (state.getStatus() == Status.ERROR) {
          throw new IOException("not brotli");
        } else {
          state.push(0);
          inVain++;
        }
      }
      return new Decoded(decoded.toByteArray(), state.getStatus() == Status.DONE);
    } finally {
      state.destroy();
    }
  }

  private static void drain(DecoderJNI.Wrapper state, ByteArrayOutputStream decoded) {
    ByteBuffer out = state.pull();
    byte[] bytes = new byte[out.remaining()];
    out.get(bytes);
    decoded.writeBytes(bytes);
  }
}
