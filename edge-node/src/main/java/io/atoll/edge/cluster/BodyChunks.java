package io.atoll.edge.cluster;

/** How a body is cut for the cluster. */
final class BodyChunks {
  /** Bodies up to this travel with their head. */
  static final int INLINE = 16 << 10;

  /** Bytes of a chunk. */
  static final int SIZE = 64 << 10;

  private BodyChunks() {}

  static int count(int bodyLength) {
    return (bodyLength + SIZE - 1) / SIZE;
  }

  static String key(String bodyId, int chunk) {
    return bodyId + "#" + chunk;
  }

  static String[] keys(String bodyId, int bodyLength) {
    String[] keys = new String[count(bodyLength)];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(bodyId, i);
    }
    return keys;
  }

  static int length(int bodyLength, int chunk) {
    return Math.min(SIZE, bodyLength - chunk * SIZE);
  }
}
