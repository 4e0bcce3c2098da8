package io.atoll.edge.session;

import io.atoll.config.BackendAddress;

/**
 * Where a session lives.
 *
 * @param backend that serves it
 * @param version 1 when bound first, one more with each move; of two bindings the higher is in
 *     force
 */
public record Binding(BackendAddress backend, long version) {
  /** The version of a session that has never moved. */
  public static final long FIRST = 1;

  /** A session's first binding. */
  public static Binding first(BackendAddress backend) {
    return new Binding(backend, FIRST);
  }

  /** What is in force after a move to another backend. */
  public Binding movedTo(BackendAddress other) {
    return new Binding(other, version + 1);
  }

  /** Of two bindings of one session the one in force; the first of two that are as new. */
  public static Binding newer(Binding one, Binding other) {
    return other.version > one.version ? other : one;
  }
}
