package io.atoll.config;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * What the nodes of one cluster know and nobody else, and the keys made from it. Every purpose has
 * its own key, by HKDF with SHA-256 (RFC 5869): who learns one learns nothing of the others.
 * Immutable, thread-safe; never prints itself.
 */
public final class ClusterSecret {
  /** The least a secret may have. */
  public static final int MIN_BYTES = 32;

  private static final byte[] SALT = "atoll cluster secret v1".getBytes(StandardCharsets.US_ASCII);

  private final SecretKey pseudorandom;

  private ClusterSecret(byte[] material) {
    if (material.length < MIN_BYTES) {
      throw new IllegalArgumentException(
          "a cluster secret has " + MIN_BYTES + " bytes or more, this one " + material.length);
    }
    try {
      this.pseudorandom =
          hkdf()
              .deriveKey(
                  "HKDF-PRK",
                  HKDFParameterSpec.ofExtract().addSalt(SALT).addIKM(material).extractOnly());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The secret that a configuration names.
   *
   * @param secret base64 (RFC 4648, standard or URL-safe) of 32 bytes or more, else text whose
   *     UTF-8 has as many
   */
  public static ClusterSecret of(String secret) {
    return new ClusterSecret(decode(secret));
  }

  /**
   * A secret of this process alone, for a node without a cluster: what is sealed with its keys,
   * session cookies say, means nothing after a restart.
   */
  public static ClusterSecret random() {
    byte[] material = new byte[MIN_BYTES];
    new SecureRandom().nextBytes(material);
    return new ClusterSecret(material);
  }

  /**
   * The key for a purpose: the same on every node with the same secret.
   *
   * @param purpose what the key is for, and a version: {@code session cookie v1}
   * @param length bytes, 1 to 8160
   */
  public byte[] derive(String purpose, int length) {
    byte[] info = purpose.getBytes(StandardCharsets.UTF_8);
    try {
      return hkdf().deriveData(HKDFParameterSpec.expandOnly(pseudorandom, info, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no key of " + length + " bytes", e);
    }
  }

  /** The bytes of a secret: decoded where it is base64 of enough of them, else its UTF-8. */
  static byte[] decode(String secret) {
    try {
      String standard = secret.strip().replace('-', '+').replace('_', '/');
      byte[] decoded = Base64.getDecoder().decode(standard);
      if (decoded.length >= MIN_BYTES) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      // Text, then.
    }
    return secret.getBytes(StandardCharsets.UTF_8);
  }

  private static KDF hkdf() throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256");
  }

  @Override
  public String toString() {
    return "ClusterSecret[***]";
  }
}
