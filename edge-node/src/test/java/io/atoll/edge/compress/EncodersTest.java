package io.atoll.edge.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.DataSize;
import io.atoll.config.RouteConfig;
import io.atoll.config.RouteConfig.Coding;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What each encoder makes is what each decoder reads, however it is cut. */
class EncodersTest {
  private static final Codings CODINGS = Codings.load();

  static Compression compression(long minSize) {
    return new Compression(
        new RouteConfig.Compress(
            List.of("text/*", "application/*+json", "image/svg+xml"),
            new DataSize(minSize),
            List.of(Coding.zstd, Coding.br, Coding.gzip),
            new RouteConfig.Levels(3, 4, 5)),
        CODINGS);
  }

  @Property(tries = 200)
  void anySplitIsReadBack(
      @ForAll Coding coding, @ForAll("parts") @Size(max = 8) List<byte[]> parts, @ForAll int seed)
      throws IOException {
    assertThat(CODINGS.available()).contains(coding);
    Buffer plain = Buffer.buffer();
    Buffer encoded = Buffer.buffer();
    try (Encoder encoder = compression(1).encoder(coding)) {
      int flushes = seed;
      for (byte[] part : parts) {
        plain.appendBytes(part);
        boolean flush = (flushes & 1) == 1;
        flushes >>>= 1;
        encoded.appendBuffer(encoder.encode(part, 0, part.length, flush));
        if (flush) {
          assertThat(Decoders.soFar(coding, encoded.getBytes()).bytes())
              .isEqualTo(plain.getBytes());
        }
      }
      encoded.appendBuffer(encoder.finish());
    }
    assertThat(Decoders.decode(coding, encoded.getBytes())).isEqualTo(plain.getBytes());
  }

  /** Some that shrink and some that don't, up to what is encoded at once. */
  @Provide
  Arbitrary<List<byte[]>> parts() {
    Arbitrary<Integer> sizes =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 100),
            Arbitraries.of(Encoder.MOST_AT_ONCE - 1, Encoder.MOST_AT_ONCE));
    return sizes
        .flatMap(
            size ->
                Arbitraries.longs()
                    .map(
                        seed -> {
                          byte[] bytes = new byte[size];
                          if (seed % 2 == 0) {
                            new java.util.Random(seed).nextBytes(bytes);
                          }
                          return bytes;
                        }))
        .list();
  }
}
