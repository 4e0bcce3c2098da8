package io.atoll.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** This node. */
public record NodeConfig(
    @Doc("Unique in the cluster; default: the host name.") @Nullable String id,
    @Doc("Where it stands; backends of the same zone are preferred. Left out: nowhere.")
        @Nullable String zone,
    @Doc("0: one a core.") @Default("0") int eventLoops,
    @Doc("What SIGTERM does.") @Default("{}") Drain drain) {

  /**
   * On SIGTERM: not ready at once, accept for {@code delay}, then finish within {@code timeout}.
   */
  public record Drain(
      @Doc("Still accepting, already not ready.") @Default("5s") Duration delay,
      @Doc("For requests under way.") @Default("30s") Duration timeout) {}
}
