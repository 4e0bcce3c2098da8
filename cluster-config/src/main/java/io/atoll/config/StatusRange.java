package io.atoll.config;

/**
 * Status codes from {@code first} to {@code last}, written {@code 200-399} or {@code 204}.
 *
 * @param first 100 to 599
 * @param last not below {@code first}
 */
public record StatusRange(int first, int last) {
  /** Whether the status lies in the range. */
  public boolean contains(int status) {
    return first <= status && status <= last;
  }

  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
