package io.atoll.edge.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atoll.config.BackendAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Names backends in cookies without giving their addresses away: 42 bits of an HMAC-SHA-256 under a
 * key of the cluster. Thread-safe.
 */
final class Hints {
  private static final int BITS = 42;
  private static final long MOST_BACKENDS = 4096;

  private final KeyedHash hash;
  private final String upstream;
  private final Cache<BackendAddress, Long> known =
      Caffeine.newBuilder().maximumSize(MOST_BACKENDS).build();

  Hints(KeyedHash hash, String upstream) {
    this.hash = hash;
    this.upstream = upstream;
  }

  /** What a cookie says of a backend. */
  long of(BackendAddress backend) {
    return known.get(
        backend,
        address ->
            ByteBuffer.wrap(hash.of(upstream + '\n' + address)).getLong() >>> (Long.SIZE - BITS));
  }

  /** The usable backend that a cookie means, or null. */
  @Nullable BackendAddress usable(long hint, Candidates candidates) {
    for (BackendAddress backend : candidates.all()) {
      if (of(backend) == hint && candidates.usable(backend)) {
        return backend;
      }
    }
    return null;
  }
}
