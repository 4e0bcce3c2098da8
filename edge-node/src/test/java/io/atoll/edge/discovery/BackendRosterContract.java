package io.atoll.edge.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Member;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What every roster promises; the rosters are those of several nodes, or of one. */
public abstract class BackendRosterContract {
  /** What the issue promises. */
  protected static final Duration SEEN = Duration.ofMillis(250);

  /** Rosters that share everything, the first included. */
  protected abstract List<? extends BackendRoster> rosters();

  /** Orders with one more. */
  protected static Orders added(Orders before, String host) {
    Member member =
        new Member(new BackendAddress("http", host, 80), 3, host.endsWith("1") ? "z" : null, 1);
    return Objects.requireNonNull(before.with(host + ":80", new Order.Add(member, 17)));
  }

  /** Carries it out. */
  protected static Orders replaced(
      BackendRoster roster, String upstream, long expected, Orders next) {
    return roster.replace(upstream, expected, next).toCompletableFuture().join();
  }

  @Test
  void ofAnUpstreamThatNobodyOrderedAnythingForThereIsNothing() {
    assertThat(rosters().getFirst().orders("nothing")).isEqualTo(Orders.NONE);
  }

  @Test
  void whatOneNodeOrdersAllHaveAtHandSoon() {
    Orders next = added(Orders.NONE, "10.0.0.1");
    next = Objects.requireNonNull(next.with("10.0.0.2:80", new Order.Weigh(9, 18)));
    next = Objects.requireNonNull(next.with("10.0.0.3:80", new Order.Remove(19)));
    Orders last = Objects.requireNonNull(next.with("10.0.0.4:80", new Order.Lift(20)));
    assertThat(replaced(rosters().getFirst(), "seen", 0, last)).isEqualTo(last);
    assertThat(rosters().getFirst().orders("seen")).isEqualTo(last);
    await()
        .atMost(SEEN)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> rosters().stream().allMatch(roster -> roster.orders("seen").equals(last)));
  }

  @Test
  void listenersHearOfIt() {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    rosters().forEach(roster -> roster.watch(heard::add));
    replaced(rosters().getLast(), "heard", 0, added(Orders.NONE, "10.0.0.1"));
    await().until(() -> heard.stream().filter("heard"::equals).count() >= rosters().size());
  }

  @Test
  void ofTwoChangesOfOneVersionOnlyTheFirstIsMade() {
    Orders one = added(Orders.NONE, "10.0.0.1");
    replaced(rosters().getFirst(), "twice", 0, one);
    Orders other = added(Orders.NONE, "10.0.0.2");
    assertThat(replaced(rosters().getLast(), "twice", 0, other)).isEqualTo(one);
    Orders third = added(one, "10.0.0.2");
    assertThat(replaced(rosters().getLast(), "twice", 1, third)).isEqualTo(third);
  }
}
