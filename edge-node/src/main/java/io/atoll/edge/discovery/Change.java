package io.atoll.edge.discovery;

import io.atoll.config.BackendAddress;
import org.jspecify.annotations.Nullable;

/** What an operator asks for. */
public sealed interface Change {
  /**
   * A backend that the upstream is to have. Of one that was removed and is listed, what is not
   * given is as it is listed; of any other, by default.
   *
   * @param weight its share, 1 to 1000; null: not given
   * @param zone where it stands; null: not given
   * @param backup whether it is used only where no other is healthy; null: not given
   */
  record Add(
      BackendAddress address,
      @Nullable Integer weight,
      @Nullable String zone,
      @Nullable Boolean backup)
      implements Change {}

  /**
   * Another weight.
   *
   * @param authority {@code HOST:PORT}
   * @param weight 1 to 1000
   */
  record Weigh(String authority, int weight) implements Change {}

  /**
   * A backend that the upstream is not to have any more. Of one that nobody lists it takes back
   * what was ordered of it.
   *
   * @param authority {@code HOST:PORT}
   */
  record Remove(String authority) implements Change {}
}
