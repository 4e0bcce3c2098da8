package io.atoll.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who this node shares state with. Without {@code bind} it is alone and no Hazelcast starts. */
public record ClusterConfig(
    @Doc("Nodes with the same name and secret form one cluster.") @Default("atoll") String name,
    @Doc("32 bytes or more; keys are derived from it. Required where bind is given.") @Secret
        @Nullable String secret,
    @Doc("Where members reach this node: an address, a name, or a CIDR that picks the interface.")
        @Nullable HostPort bind,
    @Doc("Where others reach it, where that differs from bind.") @Nullable HostPort advertise,
    @Doc("How members find each other; required where bind is given.")
        @Nullable Discovery discovery,
    @Doc("What a budget does while its owner can't be asked.") @Default("share")
        OnPartition onPartition) {

  /** How members find each other. */
  public sealed interface Discovery {}

  /** A fixed list; members not up yet are found when they come. */
  @Doc("A fixed list; members not up yet are found when they come.")
  @Tagged("members")
  public record Members(@Doc("Their member addresses.") List<HostPort> members)
      implements Discovery {}

  /** Every address a name resolves to. */
  @Doc("Every address a name resolves to.")
  @Tagged("dns")
  public record Dns(
      @Doc("The name whose addresses are the members.") String name,
      @Doc("The member port.") @Default("5701") int port)
      implements Discovery {}

  /** Kubernetes' own discovery. */
  @Planned
  @Tagged("kubernetes")
  public record Kubernetes() implements Discovery {}

  /** What a budget does while its owner can't be asked. */
  public enum OnPartition {
    /** Each node admits the limit divided by the last known number of members. */
    share,
    /** Admit. */
    allow,
    /** Refuse. */
    deny
  }

  /** All but the secret. */
  @Override
  public String toString() {
    return "ClusterConfig[name=%s, secret=%s, bind=%s, advertise=%s, discovery=%s, onPartition=%s]"
        .formatted(name, secret == null ? null : "***", bind, advertise, discovery, onPartition);
  }
}
