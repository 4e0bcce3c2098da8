package io.atoll.edge.discovery;

import io.atoll.edge.balance.Member;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what operators ask for. A change is decided upon at the node that is asked, by the
 * orders as it knows them, and takes the next version only where the cluster knows them so too;
 * where another was faster it is decided upon again. Thread-safe, and nothing here blocks.
 */
public final class Operators {
  /** Times that a change gives way to others. */
  private static final int ATTEMPTS = 50;

  private final Memberships memberships;
  private final BackendRoster roster;
  private final InstantSource clock;

  /**
   * For the upstreams of a node.
   *
   * @param roster where the orders are kept
   * @param clock by which later orders win over earlier ones after a split brain
   */
  public Operators(Memberships memberships, BackendRoster roster, InstantSource clock) {
    this.memberships = memberships;
    this.roster = roster;
    this.clock = clock;
  }

  /**
   * Has all nodes make a change.
   *
   * @param expected whether the change may follow a version of the upstream's orders
   * @return fails where it can't be said that the cluster holds it
   */
  public CompletionStage<Outcome> change(String upstream, Change change, LongPredicate expected) {
    Membership membership = memberships.of(upstream);
    return membership == null
        ? done(new Outcome.NoUpstream())
        : attempt(upstream, membership, change, expected, membership.orders(), ATTEMPTS);
  }

  private CompletionStage<Outcome> attempt(
      String upstream,
      Membership membership,
      Change change,
      LongPredicate expected,
      Orders now,
      int left) {
    if (!expected.test(now.version())) {
      return done(new Outcome.Stale(now.version()));
    }
    if (left == 0) {
      return done(new Outcome.Crowded());
    }
    return switch (decided(membership, change, now)) {
      case Decision.Refused refused -> done(refused.why());
      case Decision.Taken taken -> {
        Orders next = now.with(taken.authority(), taken.order());
        yield next == null
            ? done(new Outcome.Full())
            : roster
                .replace(upstream, now.version(), next)
                .thenCompose(
                    held ->
                        held.equals(next)
                            ? done(new Outcome.Done(next.version()))
                            : attempt(upstream, membership, change, expected, held, left - 1));
      }
    };
  }

  private static CompletionStage<Outcome> done(Outcome outcome) {
    return CompletableFuture.completedStage(outcome);
  }

  /** What a change comes to. */
  private sealed interface Decision {
    record Taken(String authority, Order order) implements Decision {}

    record Refused(Outcome why) implements Decision {}
  }

  private Decision decided(Membership membership, Change change, Orders now) {
    return switch (change) {
      case Change.Add add -> added(membership, add, now);
      case Change.Weigh weigh -> weighed(membership, weigh, now);
      case Change.Remove remove -> removed(membership, remove.authority(), now);
    };
  }

  private Decision added(Membership membership, Change.Add add, Orders now) {
    String authority = add.address().authority();
    if (membership.now(now).containsKey(authority)) {
      return new Decision.Refused(new Outcome.AlreadyThere());
    }
    if (!membership.fits(add.address())) {
      return new Decision.Refused(new Outcome.NoTls());
    }
    Member base = membership.base(authority);
    Member listed =
        base != null && base.address().equals(add.address()) ? base : Member.at(add.address());
    Member wanted =
        new Member(
            add.address(),
            Objects.requireNonNullElse(add.weight(), listed.weight()),
            add.zone() == null ? listed.zone() : add.zone(),
            level(add.backup(), listed.level()));
    long at = clock.millis();
    return new Decision.Taken(
        authority, wanted.equals(base) ? new Order.Lift(at) : new Order.Add(wanted, at));
  }

  private static int level(@Nullable Boolean backup, int listed) {
    if (backup == null) {
      return listed;
    }
    return backup ? Math.max(1, listed) : 0;
  }

  private Decision weighed(Membership membership, Change.Weigh weigh, Orders now) {
    Listed listed = membership.now(now).get(weigh.authority());
    if (listed == null) {
      return new Decision.Refused(new Outcome.NoBackend());
    }
    Member wanted = listed.member().weighing(weigh.weight());
    long at = clock.millis();
    Order order =
        wanted.equals(membership.base(weigh.authority()))
            ? new Order.Lift(at)
            : listed.source() == Source.OPERATOR
                ? new Order.Add(wanted, at)
                : new Order.Weigh(weigh.weight(), at);
    return new Decision.Taken(weigh.authority(), order);
  }

  private Decision removed(Membership membership, String authority, Orders now) {
    boolean listed = membership.base(authority) != null;
    boolean there = membership.now(now).containsKey(authority);
    if (!there && (listed || now.of(authority) == null)) {
      return new Decision.Refused(new Outcome.NoBackend());
    }
    long at = clock.millis();
    return new Decision.Taken(authority, listed ? new Order.Remove(at) : new Order.Lift(at));
  }
}
