package io.atoll.edge.ratelimit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Names one bucket of the cluster.
 *
 * @param limit the limit's name
 * @param value what is counted apart: an address, a field's value, a route
 */
public record BudgetKey(String limit, String value) {
  private static final int DIGEST_BYTES = 16;

  /**
   * The key as other nodes see it: the limit's name and 128 bits of SHA-256 of the value. Short
   * whatever a client sends, and neither an API key nor an address lies readable in another node's
   * memory.
   */
  public String sealed() {
    return limit + '\0' + digest(value);
  }

  /** 128 bits of SHA-256, in 22 characters. */
  public static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(hash, DIGEST_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
