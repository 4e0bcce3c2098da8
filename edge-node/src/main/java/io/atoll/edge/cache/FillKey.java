package io.atoll.edge.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The key of a fetch and its lease. Where the object's key is long, which a client can make it, a
 * digest stands for it: a hundred thousand keys are remembered here and in the cluster for each.
 * Who waits for a fetch gets its response by this key alone, so it must be one for which nobody can
 * find another object's: SHA-256, whole.
 */
final class FillKey {
  private static final int LONGEST = 256;

  private FillKey() {}

  /** The key itself where it is short. */
  static String of(String key) {
    if (key.length() <= LONGEST) {
      return key;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return "sha-256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
