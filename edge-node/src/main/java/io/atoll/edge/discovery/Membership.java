package io.atoll.edge.discovery;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Member;
import io.atoll.edge.balance.Surroundings;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which backends one upstream has, under one configuration. Thread-safe. */
public final class Membership {
  private final UpstreamConfig config;

  /** Null where the configuration lists them. */
  private final @Nullable NameFollower follower;

  private final BackendRoster roster;
  private final BackendSet backends;
  private volatile Map<String, Listed> listed;

  Membership(
      UpstreamConfig config,
      @Nullable NameFollower follower,
      BackendRoster roster,
      Surroundings around) {
    this.config = config;
    this.follower = follower;
    this.roster = roster;
    this.listed = now(orders());
    this.backends = BackendSet.of(config, members(listed.values()), around);
  }

  /** The set that follows. */
  public BackendSet backends() {
    return backends;
  }

  /** Who lists a backend; null where nobody does any more. */
  public @Nullable Source source(String authority) {
    Listed about = listed.get(authority);
    return about == null ? null : about.source();
  }

  /** How many backends somebody lists. */
  int count(Source source) {
    return (int) listed.values().stream().filter(about -> about.source() == source).count();
  }

  /** The version of the orders that this node knows of. */
  public long version() {
    return orders().version();
  }

  /** Those that operators removed, each {@code HOST:PORT}. */
  public List<String> removed() {
    return orders().byAddress().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Order.Remove)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  Orders orders() {
    return roster.orders(config.name());
  }

  /** What there is by these orders. */
  Map<String, Listed> now(Orders orders) {
    return orders.over(base(), follower == null ? Source.CONFIG : Source.DNS, this::fits);
  }

  /** A backend as it is listed without orders; null where it is not. */
  @Nullable Member base(String authority) {
    return base().stream()
        .filter(member -> member.address().authority().equals(authority))
        .findFirst()
        .orElse(null);
  }

  /** Whether the upstream can speak to a backend: over TLS only where its files were read. */
  boolean fits(BackendAddress address) {
    return !address.scheme().equals("https") || config.usesTls();
  }

  private List<Member> base() {
    if (follower == null) {
      return config.backends().stream().map(Member::of).toList();
    }
    String scheme = config.usesTls() ? "https" : "http";
    return follower.found().stream()
        .map(
            found ->
                new Member(
                    new BackendAddress(scheme, found.host(), found.port()),
                    found.weight(),
                    null,
                    found.level()))
        .toList();
  }

  /** Has the set follow what is listed and ordered now. May take milliseconds. */
  synchronized void follow() {
    Map<String, Listed> next = now(orders());
    if (!next.equals(listed)) {
      listed = next;
      backends.members(members(next.values()));
    }
  }

  private static List<Member> members(Collection<Listed> all) {
    return all.stream().map(Listed::member).toList();
  }
}
