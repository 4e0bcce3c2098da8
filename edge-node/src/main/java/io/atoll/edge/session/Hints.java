package io.atoll.edge.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atoll.config.BackendAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Names backends in cookies without giving their addresses away: 42 bits of an HMAC-SHA-256 under a
 * key of the cluster. Thread-safe.
 */
final class Hints {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BITS = 42;
  private static final long MOST_BACKENDS = 4096;

  private final SecretKeySpec key;
  private final String upstream;
  private final Cache<BackendAddress, Long> known =
      Caffeine.newBuilder().maximumSize(MOST_BACKENDS).build();

  Hints(byte[] secret, String upstream) {
    this.key = new SecretKeySpec(mac(new SecretKeySpec(secret, ALGORITHM), "hint"), ALGORITHM);
    this.upstream = upstream;
  }

  /** What a cookie says of a backend. */
  long of(BackendAddress backend) {
    return known.get(
        backend,
        address ->
            ByteBuffer.wrap(mac(key, upstream + '\n' + address)).getLong() >>> (Long.SIZE - BITS));
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

  private static byte[] mac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has HmacSHA256
    }
  }
}
