package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a session lives, and what becomes of it with each use. Times are seconds since 1970.
 *
 * @param backend that serves it
 * @param version 1 when bound first, one more with each move and at the end; of two bindings the
 *     higher is in force
 * @param began when the session did
 * @param used when the table last heard of it
 * @param ended whether it was ended before its time; remembered for as long as its cookie may come
 *     back
 * @param scope of the application's cookie that it was learned from, see {@link GivenCookie}; 0:
 *     from none that is known
 */
public record Binding(
    BackendAddress backend, long version, long began, long used, boolean ended, long scope) {
  /** The version of a session that has never moved. */
  public static final long FIRST = 1;

  /** A session's first binding. */
  public static Binding first(BackendAddress backend, Use use) {
    return new Binding(backend, FIRST, use.began(), use.at(), false, use.scope());
  }

  /** What is in force after a use. An end is not undone by it. */
  public Binding used(Use use) {
    return ended ? this : new Binding(backend, version, began, use.at(), false, scope(use));
  }

  /** What is in force after the end. */
  public Binding end() {
    return new Binding(backend, version + 1, began, used, true, scope);
  }

  /**
   * What is in force after somebody wanted it on a backend, who saw a version of it. Where it was
   * over, it begins anew.
   *
   * @param held null: not known
   */
  public static Binding moved(@Nullable Binding held, BackendAddress to, long expected, Use use) {
    if (held == null) {
      return new Binding(to, expected + 1, use.began(), use.at(), false, use.scope());
    }
    if (held.version != expected) {
      return held.used(use);
    }
    boolean over = held.ended || use.over(held.began);
    long began = over ? use.at() : held.began;
    return new Binding(to, expected + 1, began, use.at(), false, held.scope(use));
  }

  private long scope(Use use) {
    return use.scope() == 0 ? scope : use.scope();
  }

  /**
   * Of two bindings of one session the one in force; of two that are as new, an end, or the one.
   */
  public static Binding newer(Binding one, Binding other) {
    boolean ends = other.version == one.version && other.ended && !one.ended;
    return other.version > one.version || ends ? other : one;
  }
}
