package io.atoll.edge.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atoll.edge.loop.FakeLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlowStartTest {
  private static final List<Member> FOUR = Backends.members(Collections.nCopies(4, 1));

  private final FakeLoop loop = new FakeLoop();
  private final Surroundings around =
      new Surroundings(
          () -> Zones.NONE,
          loop::now,
          (delay, task) -> loop.execute(() -> loop.after(delay, task)));

  @Test
  void whereAllAreNewAllHaveTheirShare() {
    BackendSet set = Backends.set("slowStart: 10s", around, FOUR);

    set.all().forEach(backend -> assertThat(set.rotation().share(backend)).isEqualTo(0.25));
  }

  @Test
  void aNewBackendComesToItsShareFromATenthOfIt() {
    BackendSet set = Backends.set("slowStart: 10s", around, FOUR.subList(0, 3));
    set.members(FOUR);

    assertThat(weightOfTheLast(set)).isCloseTo(0.1, within(1e-9));
    loop.advance(Duration.ofSeconds(5));
    assertThat(weightOfTheLast(set)).isCloseTo(0.55, within(1e-9));
    loop.advance(Duration.ofSeconds(5));
    assertThat(weightOfTheLast(set)).isEqualTo(1);
    assertThat(set.rotation().totalWeight()).isEqualTo(4);
  }

  @Test
  void aBackendThatIsWellAgainComesToItsShareLittleByLittle() {
    BackendSet set = Backends.set("slowStart: 10s", around, FOUR);
    Backend last = last(set);

    set.judge(last, false, false);
    set.judge(last, true, false);
    assertThat(weightOfTheLast(set)).isCloseTo(0.1, within(1e-9));

    loop.advance(Duration.ofSeconds(10));
    set.eject(last);
    set.readmit(last);
    assertThat(weightOfTheLast(set)).isCloseTo(0.1, within(1e-9));

    loop.advance(Duration.ofSeconds(10));
    set.judge(last, true, true);
    set.judge(last, true, false);
    assertThat(weightOfTheLast(set)).isCloseTo(0.1, within(1e-9));
  }

  @Test
  void aPanicMeanwhileDoesNotCutAStartShort() {
    BackendSet set = Backends.set("slowStart: 10s", around, FOUR);
    List<Backend> others = List.copyOf(set.all()).subList(0, 3);
    set.judge(last(set), false, false);
    set.judge(last(set), true, false);

    others.forEach(backend -> set.judge(backend, false, false));
    assertThat(set.rotation().panic()).isTrue();
    assertThat(set.rotation().share(last(set))).isEqualTo(0.25);

    loop.advance(Duration.ofSeconds(5));
    set.judge(others.getFirst(), true, false);
    assertThat(set.rotation().panic()).isFalse();
    assertThat(set.rotation().share(last(set))).isCloseTo(0.55 / 0.65, within(1e-9));
  }

  @Test
  void rotationsAreBuiltABoundedNumberOfTimes() {
    BackendSet set = Backends.set("slowStart: 10s", around, FOUR);
    List<Rotation> told = told(set);
    set.judge(last(set), false, false);
    set.judge(last(set), true, false);

    loop.advance(Duration.ofMinutes(1));

    assertThat(told).hasSizeBetween(11, 13);
    assertThat(told.getLast().uniform()).isTrue();
  }

  @Test
  void aShortStartIsNotCutIntoShorterStepsThanTenASecond() {
    BackendSet set = Backends.set("slowStart: 200ms", around, FOUR);
    List<Rotation> told = told(set);
    set.judge(last(set), false, false);
    set.judge(last(set), true, false);

    loop.advance(Duration.ofMinutes(1));

    assertThat(told).hasSizeBetween(3, 5);
  }

  @Test
  void withoutItABackendHasItsShareAtOnce() {
    BackendSet set = Backends.set("", around, FOUR.subList(0, 3));
    set.members(FOUR);

    assertThat(set.rotation().uniform()).isTrue();
  }

  @Test
  void everyAlgorithmButLatencysGivesItItsSmallShare() {
    for (String algorithm : List.of("roundRobin", "random")) {
      String yaml = "balance: " + algorithm + "\nslowStart: 10s";
      assertThat(picksOfTheLast(yaml, 4)).isCloseTo(0.1 / 3.1, within(0.01));
    }
    assertThat(picksOfTheLast("balance: leastRequest\nslowStart: 10s", 20)).isLessThan(0.3 / 19);
    assertThat(picksOfTheLast("balance: ipHash\nslowStart: 10s", 20))
        .isCloseTo(0.1 / 20, within(0.003));
  }

  /** The part of requests, of which each has a key of its own and stays. */
  private double picksOfTheLast(String yaml, int size) {
    List<Member> members = Backends.members(Collections.nCopies(size, 1));
    BackendSet set = Backends.set(yaml, around, members.subList(0, size - 1));
    set.members(members);
    Balancer balancer = Balancer.of(Backends.config(yaml), new Random(1), loop::now);
    Backend last = last(set);
    int requests = 20_000;
    int picks = 0;
    for (int i = 0; i < requests; i++) {
      Backend picked = balancer.pick(set.rotation(), Backends.keyed("client " + i));
      picks += picked == last ? 1 : 0;
      if (picked != null) {
        picked.begin();
      }
    }
    return (double) picks / requests;
  }

  @Test
  void keysGoOverOneByOneAndNoneGoesBack() {
    String yaml = "balance: {consistentHash: path}\nhashBound: 0\nslowStart: 10s";
    BackendSet set = Backends.set(yaml, around, FOUR);
    Balancer balancer = Balancer.of(Backends.config(yaml), new Random(1), loop::now);
    Set<Integer> before = keysOf(last(set), set, balancer);
    set.judge(last(set), false, false);
    set.judge(last(set), true, false);

    Set<Integer> sofar = keysOf(last(set), set, balancer);
    assertThat((double) sofar.size() / before.size()).isCloseTo(0.1, within(0.02));
    for (int step = 1; step <= 10; step++) {
      loop.advance(Duration.ofSeconds(1));
      Set<Integer> now = keysOf(last(set), set, balancer);
      assertThat(now).containsAll(sofar);
      assertThat((double) now.size() / before.size()).isCloseTo(0.1 + 0.09 * step, within(0.03));
      sofar = now;
    }
    assertThat(sofar).isEqualTo(before);
  }

  private static Set<Integer> keysOf(Backend backend, BackendSet set, Balancer balancer) {
    Set<Integer> keys = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      if (balancer.pick(set.rotation(), Backends.keyed("/" + i)) == backend) {
        keys.add(i);
      }
    }
    return keys;
  }

  private static List<Rotation> told(BackendSet set) {
    List<Rotation> told = new ArrayList<>();
    set.listen(
        new BackendSet.Listener() {
          @Override
          public void rotated(Rotation rotation) {
            told.add(rotation);
          }
        });
    return told;
  }

  private static Backend last(BackendSet set) {
    return List.copyOf(set.all()).getLast();
  }

  /** Against that of the first, which has its whole one. */
  private static double weightOfTheLast(BackendSet set) {
    Backend first = List.copyOf(set.all()).getFirst();
    return set.rotation().share(last(set)) / set.rotation().share(first);
  }
}
