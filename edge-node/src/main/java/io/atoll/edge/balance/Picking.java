package io.atoll.edge.balance;

/**
 * A request that looks for a backend: where it must not go, and what it is known by. Asked on the
 * request's event loop; answers without allocating.
 */
public interface Picking {
  /** A request that may go anywhere. */
  Picking ANYWHERE =
      new Picking() {
        @Override
        public boolean excludes(Backend backend) {
          return false;
        }

        @Override
        public long hash() {
          return 0;
        }
      };

  /** Whether the request goes there only where there is no other: it has failed there already. */
  boolean excludes(Backend backend);

  /**
   * Whether it may be the request that tries a backend on trial: not if it has failed before, nor
   * if it can't go there now.
   */
  default boolean ventures(Backend backend) {
    return true;
  }

  /** 64 well-mixed bits that requests have in common which belong together. */
  long hash();
}
