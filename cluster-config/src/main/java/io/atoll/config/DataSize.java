package io.atoll.config;

/**
 * A number of bytes, written {@code 512}, {@code 64KiB}, {@code 16MiB} or {@code 2GiB}.
 *
 * @param bytes zero or more
 */
public record DataSize(long bytes) {
  /** Refuses negative sizes. */
  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
    }
  }

  /** The size as an int, at most {@link Integer#MAX_VALUE}. */
  public int toInt() {
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
