package io.atoll.config;

/** The two tiers of the cache. */
public record CacheConfig(
    @Doc("This node's own memory.") @Default("{}") L1 l1,
    @Doc("The cluster's.") @Default("{}") L2 l2) {

  /** This node's own memory. */
  public record L1(@Doc("Bytes of heads and bodies.") @Default("256MiB") DataSize size) {}

  /** The cluster's memory. */
  public record L2(
      @Doc("Bytes, on each node.") @Default("512MiB") DataSize size,
      @Doc("Copies on other nodes, 0 to 3.") @Default("1") int backups) {}
}
