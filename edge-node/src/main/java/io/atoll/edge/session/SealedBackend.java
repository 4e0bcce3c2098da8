package io.atoll.edge.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atoll.config.BackendAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A backend's address sealed for a cookie, with AES-256-GCM (NIST SP 800-38D): nobody without the
 * cluster's key can read or make one. The text is base64url of a version byte, which also names the
 * key, a random 96-bit nonce, and the sealed times and address; version and upstream are
 * authenticated. A value of which any bit is other fails by its tag, which the platform compares in
 * constant time. Random nonces are good for 2^32 cookies under one key (section 8.3). Thread-safe.
 */
final class SealedBackend {
  /**
   * What a cookie said.
   *
   * @param backend where the session lives
   * @param began when the session did, in seconds since 1970
   * @param issued when the cookie was made
   */
  record Opened(BackendAddress backend, long began, long issued) {}

  private static final byte VERSION = 2;
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final int TIMES = 2 * Long.BYTES;
  private static final int LONGEST = 512;
  private static final long OPENED = 10_000;

  private final SecretKeySpec key;
  private final byte[] context;
  private final SecureRandom random = new SecureRandom();
  private final Cache<String, Opened> opened = Caffeine.newBuilder().maximumSize(OPENED).build();

  /**
   * Seals for one upstream.
   *
   * @param key 32 bytes
   */
  SealedBackend(byte[] key, String upstream) {
    if (key.length != 32) {
      throw new IllegalArgumentException("key: " + key.length + " bytes (expected: 32)");
    }
    this.key = new SecretKeySpec(key, "AES");
    this.context = ("\u0002" + upstream).getBytes(UTF_8); // VERSION in front
  }

  /** A cookie's value. */
  String seal(BackendAddress backend, long began, long issued) {
    byte[] address =
        (backend.scheme() + ' ' + backend.host() + ' ' + backend.port()).getBytes(UTF_8);
    ByteBuffer plain = ByteBuffer.allocate(TIMES + address.length);
    plain.putLong(began).putLong(issued).put(address).flip();
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    ByteBuffer sealed = ByteBuffer.allocate(1 + NONCE + plain.remaining() + TAG);
    sealed.put(VERSION).put(nonce);
    try {
      cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain, sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java platform has AES/GCM
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed.array());
  }

  /** What a cookie says; null where this cluster did not make it for this upstream. */
  @Nullable Opened open(String value) {
    if (value.length() > LONGEST) {
      return null;
    }
    Opened known = opened.getIfPresent(value);
    if (known != null) {
      return known;
    }
    Opened fresh = unseal(value);
    if (fresh != null) {
      opened.put(value, fresh);
    }
    return fresh;
  }

  private @Nullable Opened unseal(String value) {
    try {
      ByteBuffer sealed = ByteBuffer.wrap(Base64.getUrlDecoder().decode(value));
      if (sealed.remaining() <= 1 + NONCE + TAG + TIMES || sealed.get() != VERSION) {
        return null;
      }
      byte[] nonce = new byte[NONCE];
      sealed.get(nonce);
      byte[] rest = new byte[sealed.remaining()];
      sealed.get(rest);
      ByteBuffer plain = ByteBuffer.wrap(cipher(Cipher.DECRYPT_MODE, nonce).doFinal(rest));
      long began = plain.getLong();
      long issued = plain.getLong();
      String[] address = UTF_8.decode(plain).toString().split(" ", 3);
      return new Opened(
          new BackendAddress(address[0], address[1], Integer.parseInt(address[2])), began, issued);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return null;
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
    cipher.updateAAD(context);
    return cipher;
  }
}
