package io.atoll.edge.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

class ZonesTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @Example
  void aZoneThatHoldsItsNodesKeepsAllToItself() {
    BackendSet set = set(Zones.of("a", List.of("a", "b")), "a", "a", "b", "b");

    assertThat(shares(set)).containsExactly(0.5, 0.5, 0, 0);
    assertThat(set.rotation().size()).isEqualTo(2);
  }

  @Example
  void whatAZoneCannotHoldSpillsOverByWhatOthersHaveToSpare() {
    // A fourth of the capacity for a third of the nodes: three fourths stay. Zone c has a third of
    // the nodes and half of the capacity, so that it is what has to spare.
    BackendSet set = set(Zones.of("a", List.of("a", "b", "c")), "a", "b", "c", "c");

    assertThat(shares(set)[0]).isCloseTo(0.75, within(1e-6));
    assertThat(shares(set)[1]).isZero();
    assertThat(shares(set)[2]).isCloseTo(0.125, within(1e-6));
    assertThat(shares(set)[3]).isCloseTo(0.125, within(1e-6));
  }

  @Property(tries = 300)
  void overAllNodesEachBackendGetsItsWeightsShare(
      @ForAll @Size(min = 3, max = 12) List<@IntRange(min = 1, max = 20) Integer> weights,
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 2) Integer> nodes) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      members.add(Backends.member(i, weights.get(i), NAMES.get(i % NAMES.size())));
    }
    List<String> zones = nodes.stream().map(NAMES::get).toList();

    Map<Integer, Double> total = new HashMap<>();
    for (String own : zones) {
      double[] shares = shares(Backends.set("", around(() -> Zones.of(own, zones)), members));
      for (int i = 0; i < shares.length; i++) {
        total.merge(i, shares[i] / zones.size(), Double::sum);
      }
    }

    double all = weights.stream().mapToInt(Integer::intValue).sum();
    for (int i = 0; i < weights.size(); i++) {
      assertThat(total.get(i)).isCloseTo(weights.get(i) / all, within(1e-6));
    }
  }

  @Property(tries = 300)
  void asMuchStaysAsTheZoneHoldsAndNoMore(
      @ForAll @Size(min = 2, max = 12) List<@IntRange(min = 1, max = 20) Integer> weights,
      @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 2) Integer> others) {
    List<Member> members = new ArrayList<>();
    double own = 0;
    double all = 0;
    for (int i = 0; i < weights.size(); i++) {
      members.add(Backends.member(i, weights.get(i), NAMES.get(i % 2)));
      own += i % 2 == 0 ? weights.get(i) : 0;
      all += weights.get(i);
    }
    List<String> zones = new ArrayList<>(others.stream().map(NAMES::get).toList());
    zones.add("a");
    double nodes = zones.stream().filter("a"::equals).count();

    double[] shares = shares(Backends.set("", around(() -> Zones.of("a", zones)), members));

    double stays = 0;
    for (int i = 0; i < shares.length; i += 2) {
      stays += shares[i];
    }
    assertThat(stays).isCloseTo(Math.min(1, own / all / (nodes / zones.size())), within(1e-6));
  }

  @Example
  void whereItsZoneHasNoBackendANodeUsesAllByWeight() {
    assertThat(shares(set(Zones.of("x", List.of("x", "a")), "a", "b"))).containsExactly(0.5, 0.5);
  }

  @Example
  void aNodeThatStandsNowherePrefersNone() {
    assertThat(shares(set(Zones.of(null, Arrays.asList(null, "a")), "a", "b")))
        .containsExactly(0.5, 0.5);
  }

  @Example
  void backendsAndNodesThatStandNowhereStandElsewhere() {
    // Two of three nodes stand nowhere, and so does all but a third of the capacity.
    BackendSet set = set(Zones.of("a", Arrays.asList("a", null, null)), "a", null, null);

    assertThat(shares(set)).containsExactly(1, 0, 0);
  }

  @Example
  void aNodeAloneSendsEachItsWeightsShare() {
    assertThat(shares(set(Zones.of("a", List.of("a")), "a", "b")))
        .satisfies(shares -> assertThat(shares[0]).isCloseTo(0.5, within(1e-6)));
  }

  @Example
  void aRetryLeavesTheZoneRatherThanGoBack() {
    for (String algorithm : Backends.ALGORITHMS) {
      String yaml = "balance: " + algorithm;
      BackendSet set =
          Backends.set(
              yaml,
              around(() -> Zones.of("a", List.of("a", "b"))),
              List.of(Backends.member(0, 1, "a"), Backends.member(1, 1, "b")));
      List<Backend> all = List.copyOf(set.all());
      Balancer balancer = Balancer.of(Backends.config(yaml), new Random(1), () -> 0);

      assertThat(balancer.pick(set.rotation(), Picking.ANYWHERE)).isSameAs(all.get(0));
      assertThat(balancer.pick(set.rotation(), Backends.not(all.get(0)))).isSameAs(all.get(1));
      assertThat(set.rotation().contains(all.get(1))).isTrue();
    }
  }

  @Example
  void whatIsNotWellIsNoCapacity() {
    BackendSet set = set(Zones.of("a", List.of("a", "b")), "a", "a", "b", "b");

    set.judge(List.copyOf(set.all()).get(0), false, false);

    // A third of what is left for half of the nodes.
    assertThat(set.rotation().share(List.copyOf(set.all()).get(1)))
        .isCloseTo(2.0 / 3, within(1e-6));
  }

  @Example
  void inPanicZonesDoNotCount() {
    BackendSet set = set(Zones.of("a", List.of("a", "b")), "a", "a", "b", "b");

    List.copyOf(set.all()).subList(0, 3).forEach(backend -> set.judge(backend, false, false));

    assertThat(set.rotation().panic()).isTrue();
    assertThat(shares(set)).containsExactly(0.25, 0.25, 0.25, 0.25);
  }

  @Example
  void aNodeThatComesChangesTheShares() {
    AtomicReference<Zones> zones = new AtomicReference<>(Zones.of("a", List.of("a", "b")));
    BackendSet set =
        Backends.set(
            "",
            around(zones::get),
            List.of(Backends.member(0, 1, "a"), Backends.member(1, 1, "b")));
    Rotation before = set.rotation();

    set.zonesChanged();
    assertThat(set.rotation()).isSameAs(before);

    zones.set(Zones.of("a", List.of("a", "a", "b")));
    set.zonesChanged();
    assertThat(shares(set)[0]).isCloseTo(0.75, within(1e-6));
  }

  private static Surroundings around(Supplier<Zones> zones) {
    return new Surroundings(zones, () -> 0, (_, _) -> {});
  }

  private static BackendSet set(Zones zones, @Nullable String... backends) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < backends.length; i++) {
      members.add(Backends.member(i, 1, backends[i]));
    }
    return Backends.set("", around(() -> zones), members);
  }

  private static double[] shares(BackendSet set) {
    return set.all().stream().mapToDouble(set.rotation()::share).toArray();
  }
}
