package io.atoll.edge.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 (RFC 2104) under a key that only the cluster has: who reads what is named by it, can
 * neither tell what was named nor try guesses. Thread-safe.
 */
public final class KeyedHash {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int NAME = 16;

  private final SecretKeySpec key;

  /**
   * A hash for one purpose.
   *
   * @param key for this purpose and no other
   */
  public KeyedHash(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /**
   * What a session is called where others may read it: the upstream's name, a slash, and 128 bits
   * of the hash, which are its handle for operators.
   */
  public String name(SessionKey session) {
    return session.upstream() + '/' + digits(session.upstream() + '\n' + session.id());
  }

  /** 128 bits of a text's hash, in 22 digits of base64url. */
  String digits(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(of(text), NAME));
  }

  /** All bits of a text's hash. */
  byte[] of(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has HmacSHA256
    }
  }
}
