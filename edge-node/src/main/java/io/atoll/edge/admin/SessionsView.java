package io.atoll.edge.admin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's sessions, as the whole cluster knows them.
 *
 * @param upstream its name
 * @param mode where they are kept
 * @param total how many live
 * @param backends how many on each backend, by {@code HOST:PORT}
 * @param elsewhere how many on backends that are listed no longer
 * @param sessions a page, in the order of their handles
 * @param next what {@code after} is for the next page; null: this was the last
 */
public record SessionsView(
    String upstream,
    String mode,
    long total,
    Map<String, Long> backends,
    long elsewhere,
    List<One> sessions,
    @Nullable String next) {
  /**
   * One session.
   *
   * @param handle names it here; its identifier can't be had from it
   * @param backend {@code HOST:PORT}
   * @param ageSeconds since it began
   * @param idleSeconds since the table last heard of it; nodes tell it every 30 s at most
   */
  public record One(String handle, String backend, long ageSeconds, long idleSeconds) {}
}
