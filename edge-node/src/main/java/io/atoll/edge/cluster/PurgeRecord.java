package io.atoll.edge.cluster;

import io.atoll.edge.cache.PurgeTarget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One line of the purge log. Its number is its place in the log.
 *
 * @param lineage of the log it was written to
 * @param kind name of a {@link PurgeTarget.Kind}; empty: the log begins anew here
 * @param value what is named
 * @param soft see {@link io.atoll.edge.cache.PurgeLog#purge}
 * @param node id of the node that wrote it
 * @param nonce random: two purges of one thing are two records
 * @param mac HMAC-SHA256 of the rest, by a key of the cluster's secret. A replayed record purges
 *     again, and nothing worse.
 */
@SuppressWarnings("ArrayRecordComponent") // Compact serialization knows arrays, not lists
record PurgeRecord(
    long lineage, String kind, String value, boolean soft, String node, long nonce, byte[] mac) {
  private static final String ALGORITHM = "HmacSHA256";

  static PurgeRecord beginning(long lineage, String node, byte[] key) {
    return signed(lineage, "", "", false, node, key);
  }

  static PurgeRecord of(long lineage, PurgeTarget target, boolean soft, String node, byte[] key) {
    return signed(lineage, target.kind().name(), target.value(), soft, node, key);
  }

  private static PurgeRecord signed(
      long lineage, String kind, String value, boolean soft, String node, byte[] key) {
    long nonce = ThreadLocalRandom.current().nextLong();
    return new PurgeRecord(
        lineage,
        kind,
        value,
        soft,
        node,
        nonce,
        hmac(lineage, kind, value, soft, node, nonce, key));
  }

  boolean begins() {
    return kind.isEmpty();
  }

  boolean genuine(byte[] key) {
    return MessageDigest.isEqual(mac, hmac(lineage, kind, value, soft, node, nonce, key));
  }

  /** Whether it is this record and not another that took its number. */
  boolean isSame(PurgeRecord other) {
    return nonce == other.nonce && Arrays.equals(mac, other.mac);
  }

  /** What it names; null where this version does not know the kind. */
  @Nullable PurgeTarget target() {
    for (PurgeTarget.Kind known : PurgeTarget.Kind.values()) {
      if (known.name().equals(kind)) {
        return new PurgeTarget(known, value);
      }
    }
    return null;
  }

  private static byte[] hmac(
      long lineage, String kind, String value, boolean soft, String node, long nonce, byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(
          ByteBuffer.allocate(17)
              .putLong(lineage)
              .putLong(nonce)
              .put((byte) (soft ? 1 : 0))
              .flip());
      for (String text : new String[] {kind, value, node}) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        mac.update(bytes);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
