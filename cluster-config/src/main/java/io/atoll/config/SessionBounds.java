package io.atoll.config;

/**
 * How many sessions a node has room for. Each request without a cookie makes one, so whoever likes
 * can fill the room; full, it takes no more than a seventh of the heap.
 *
 * @param table entries of the shared table that the node owns; it keeps about as many copies of
 *     those of other nodes
 * @param copies entries that it has asked for, and answers from itself for a while
 */
public record SessionBounds(int table, int copies) {
  /**
   * An entry with its copy on another node takes 650 bytes, an entry asked for 530 more (measured
   * by {@code SessionsAtScale} in bench/, with Hazelcast 5.7 and a backend's name of 18
   * characters): less than 1/8 of this.
   */
  private static final int HEAP_FOR_EACH = 10 << 10;

  private static final int MOST_IN_TABLE = 1_000_000;
  private static final int MOST_COPIES = 100_000;

  /**
   * The bounds for a heap.
   *
   * @param bytes the most it can become
   */
  public static SessionBounds of(long bytes) {
    int room = Math.clamp(bytes / HEAP_FOR_EACH, 1, MOST_IN_TABLE);
    return new SessionBounds(room, Math.min(room, MOST_COPIES));
  }

  /** The bounds for the heap of this process. */
  public static SessionBounds ofThisProcess() {
    return of(Runtime.getRuntime().maxMemory());
  }
}
