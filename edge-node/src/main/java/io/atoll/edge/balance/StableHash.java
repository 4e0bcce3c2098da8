package io.atoll.edge.balance;

/**
 * Hashes that nodes agree on without asking each other: the same in every process, JVM and version.
 * Not for secrets: who chooses keys can choose them to collide.
 */
public final class StableHash {
  /** What {@link #fold} begins with: FNV-1a's offset basis. */
  public static final long START = 0xcbf29ce484222325L;

  private static final long PRIME = 0x100000001b3L;

  private StableHash() {}

  /** 64 well-mixed bits of a text. */
  public static long of(CharSequence text) {
    return of(text, 0, text.length());
  }

  /** 64 well-mixed bits of the part of a text from one index to before another. */
  public static long of(CharSequence text, int from, int to) {
    long hash = START;
    for (int i = from; i < to; i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return mix(hash);
  }

  /** Takes a text into a hash of others (FNV-1a); {@link #mix} the last. */
  public static long fold(long hash, String text) {
    long folded = hash;
    for (int i = 0; i < text.length(); i++) {
      folded = (folded ^ text.charAt(i)) * PRIME;
    }
    return folded;
  }

  /** Spreads what bits differ over all 64 (the finalizer of MurmurHash3); reversible. */
  public static long mix(long bits) {
    long z = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
    z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
    return z ^ z >>> 33;
  }
}
