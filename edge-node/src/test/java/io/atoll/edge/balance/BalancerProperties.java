package io.atoll.edge.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atoll.config.UpstreamConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BalancerProperties {
  @Property(tries = 300)
  void roundRobinGivesEachExactlyItsWeightOverACycle(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 50) Integer> weights,
      @ForAll long seed) {
    Rotation rotation = Backends.rotation(weights);

    Map<Backend, Integer> picks =
        picks(new RoundRobin(new Random(seed)), rotation, rotation.totalWeight());

    rotation.backends().forEach(b -> assertThat(picks.get(b)).isEqualTo(b.weight()));
  }

  @Property(tries = 300)
  void roundRobinNeverRunsAFullPickAheadOfAShare(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 50) Integer> weights,
      @ForAll @IntRange(min = 1, max = 500) int requests,
      @ForAll long seed) {
    Rotation rotation = Backends.rotation(weights);
    Balancer balancer = new RoundRobin(new Random(seed));

    Map<Backend, Integer> picks = new HashMap<>();
    for (int i = 1; i <= requests; i++) {
      Backend picked = pick(balancer, rotation);
      int had = picks.merge(picked, 1, Integer::sum);
      double share = (double) i * picked.weight() / rotation.totalWeight();
      assertThat(had - share).isLessThan(1);
    }
  }

  @Property(tries = 300)
  void turnsAreNeverAFullTurnAheadOfAShareOrBehind(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 1000) Integer> weights) {
    long[] all = weights.stream().mapToLong(Integer::longValue).toArray();
    long total = weights.stream().mapToLong(Integer::longValue).sum();
    Turns turns = new Turns(all, all.length, total);

    long[] had = new long[all.length];
    for (long taken = 1; taken <= 2 * total; taken++) {
      had[turns.first()]++;
      turns.take();
      for (int i = 0; i < all.length; i++) {
        long ahead = had[i] * total - taken * all[i];
        assertThat(ahead).isGreaterThan(-total).isLessThan(total);
      }
    }
  }

  @Property(tries = 20)
  void roundRobinFavoursNobodyWhereRotationsChangeOften(
      @ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 9) Integer> weights,
      @ForAll long seed) {
    Balancer balancer = new RoundRobin(new Random(seed));
    int rounds = 4000;

    double[] picks = new double[weights.size()];
    Rotation rotation = Backends.rotation(weights);
    for (int i = 0; i < rounds; i++) {
      rotation = Backends.rotation(weights);
      picks[rotation.indexOf(pick(balancer, rotation))]++;
    }

    for (int i = 0; i < picks.length; i++) {
      assertThat(picks[i] / rounds).isCloseTo(rotation.share(rotation.get(i)), within(0.06));
    }
  }

  @Property(tries = 300)
  void afterRetriesRoundRobinStillNeverRunsAheadByMoreThanTheyTook(
      @ForAll @Size(min = 2, max = 6) List<@IntRange(min = 1, max = 10) Integer> weights,
      @ForAll @Size(max = 50) List<@IntRange(min = -6, max = 5) Integer> tried) {
    Rotation rotation = Backends.rotation(weights);
    Balancer balancer = new RoundRobin(new Random(1));
    for (int index : tried) {
      balancer.pick(
          rotation,
          index < 0 ? Picking.ANYWHERE : Backends.not(rotation.get(index % rotation.size())));
    }

    Map<Backend, Integer> picks = picks(balancer, rotation, rotation.totalWeight() * 20);

    rotation
        .backends()
        .forEach(
            b -> assertThat(picks.get(b)).isCloseTo(b.weight() * 20, within(weights.size() + 1)));
  }

  @Property(tries = 300)
  void leastRequestNeverPicksAStrictlyWorseBackend(
      @ForAll @Size(min = 1, max = LeastCost.FEW)
          List<@IntRange(min = 1, max = 100) Integer> weights,
      @ForAll @Size(LeastCost.FEW) List<@IntRange(min = 0, max = 50) Integer> outstanding,
      @ForAll long seed) {
    Rotation rotation = Backends.rotation(weights);
    for (int i = 0; i < rotation.size(); i++) {
      begin(rotation.get(i), outstanding.get(i));
    }

    Backend picked = pick(LeastCost.byRequests(new Random(seed)), rotation);

    for (Backend other : rotation.backends()) {
      assertThat((picked.outstanding() + 1L) * other.weight())
          .isLessThanOrEqualTo((other.outstanding() + 1L) * picked.weight());
    }
  }

  @Property(tries = 300)
  void leastRequestTakesTurnsAmongThoseTied(
      @ForAll @Size(min = 1, max = LeastCost.FEW) List<Boolean> busy,
      @ForAll @IntRange(min = 1, max = 20) int turns,
      @ForAll long seed) {
    Rotation rotation = Backends.rotation(Collections.nCopies(busy.size(), 1));
    List<Backend> idle = new ArrayList<>();
    for (int i = 0; i < busy.size(); i++) {
      if (busy.get(i)) {
        begin(rotation.get(i), 1);
      } else {
        idle.add(rotation.get(i));
      }
    }
    List<Backend> tied = idle.isEmpty() ? rotation.backends() : idle;

    Map<Backend, Integer> picks =
        picks(LeastCost.byRequests(new Random(seed)), rotation, (long) turns * tied.size());

    assertThat(picks).hasSize(tied.size());
    tied.forEach(backend -> assertThat(picks.get(backend)).isEqualTo(turns));
  }

  @Property(tries = 300)
  void leastRequestFillsByWeight(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 20) Integer> weights,
      @ForAll long seed) {
    Rotation rotation = Backends.rotation(weights);
    Balancer balancer = LeastCost.byRequests(new Random(seed));

    for (long i = 0; i < rotation.totalWeight(); i++) {
      pick(balancer, rotation).begin();
    }

    rotation.backends().forEach(b -> assertThat(b.outstanding()).isEqualTo(b.weight()));
  }

  @Property(tries = 100)
  void ofTwoChoicesTheFirstIsTakenWhereAllAreExcludedMeanwhile(
      @ForAll @IntRange(min = LeastCost.FEW + 1, max = 20) int size, @ForAll long seed) {
    Rotation rotation = Backends.rotation(Collections.nCopies(size, 1));
    Picking first =
        new Picking() {
          private int asked;

          @Override
          public boolean excludes(Backend backend) {
            return asked++ > 1; // a draw asks twice
          }

          @Override
          public long hash() {
            return 0;
          }
        };

    assertThat(LeastCost.byRequests(new Random(seed)).pick(rotation, first)).isNotNull();
  }

  @Property(tries = 20)
  void twoChoicesKeepTheWorstLoadNearTheMeanAndChanceDoesNot(@ForAll long seed) {
    int mean = 50;

    assertThat(worstLoad(LeastCost.byRequests(new Random(seed)), 1000, mean)).isBetween(1, 4);
    assertThat(worstLoad(new ByChance(new Random(seed)), 1000, mean)).isGreaterThan(12);
  }

  /** How much more than the mean the fullest holds. */
  private static int worstLoad(Balancer balancer, int size, int mean) {
    Rotation rotation = Backends.rotation(Collections.nCopies(size, 1));
    for (int i = 0; i < size * mean; i++) {
      pick(balancer, rotation).begin();
    }
    return rotation.backends().stream().mapToInt(Backend::outstanding).max().orElseThrow() - mean;
  }

  @Property(tries = 20)
  void twoChoicesFillByWeight(
      @ForAll @Size(min = 100, max = 200) List<@IntRange(min = 1, max = 10) Integer> weights,
      @ForAll long seed) {
    Rotation rotation = Backends.rotation(weights);
    Balancer balancer = LeastCost.byRequests(new Random(seed));

    for (long i = 0; i < rotation.totalWeight() * 20; i++) {
      pick(balancer, rotation).begin();
    }

    for (Backend backend : rotation.backends()) {
      assertThat((double) backend.outstanding() / backend.weight()).isBetween(14.0, 26.0);
    }
  }

  @Property(tries = 100)
  void chanceGivesEachExactlyItsWeightOverAllThatCanBeDrawn(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 20) Integer> weights) {
    long[] all = weights.stream().mapToLong(Integer::longValue).toArray();
    int size = all.length;
    long total = weights.stream().mapToLong(Integer::longValue).sum();
    AliasTable table = AliasTable.of(all, size, total);

    long[] drawn = new long[size];
    for (long column = 0; column < size; column++) {
      for (long coin = 0; coin < total; coin++) {
        long bits = Math.ceilDiv(column << 32, (long) size) << 32 | Math.ceilDiv(coin << 32, total);
        drawn[table.draw(bits)]++;
      }
    }

    for (int i = 0; i < size; i++) {
      assertThat(drawn[i]).isEqualTo(all[i] * size);
    }
  }

  @Property(tries = 300)
  void aRetryGoesElsewhereUnlessThereIsNoOther(
      @ForAll @IntRange(min = 0, max = 5) int algorithm,
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 10) Integer> weights,
      @ForAll @IntRange(min = 0, max = 19) int tried,
      @ForAll long seed) {
    String yaml = "balance: " + Backends.ALGORITHMS.get(algorithm);
    UpstreamConfig config = Backends.config(yaml);
    Rotation rotation = Backends.set(yaml, Surroundings.NONE, Backends.members(weights)).rotation();
    Backend except = rotation.get(tried % rotation.size());
    Balancer balancer = Balancer.of(config, new Random(seed), () -> 0);

    for (int i = 0; i < 20; i++) {
      Backend picked = balancer.pick(rotation, Backends.not(except));
      if (rotation.size() == 1) {
        assertThat(picked).isSameAs(except);
      } else {
        assertThat(picked).isNotNull().isNotSameAs(except);
      }
    }
  }

  @Example
  void anEmptyRotationHasNoBackend() {
    for (String algorithm : Backends.ALGORITHMS) {
      String yaml = "balance: " + algorithm;
      Rotation none = Backends.set(yaml, 0).rotation();
      Balancer balancer = Balancer.of(Backends.config(yaml), new Random(1), () -> 0);

      assertThat(balancer.pick(none, Picking.ANYWHERE)).isNull();
    }
  }

  private static Map<Backend, Integer> picks(Balancer balancer, Rotation rotation, long requests) {
    Map<Backend, Integer> picks = new HashMap<>();
    for (long i = 0; i < requests; i++) {
      picks.merge(pick(balancer, rotation), 1, Integer::sum);
    }
    return picks;
  }

  private static Backend pick(Balancer balancer, Rotation rotation) {
    return requireNonNull(balancer.pick(rotation, Picking.ANYWHERE));
  }

  private static void begin(Backend backend, int times) {
    for (int i = 0; i < times; i++) {
      backend.begin();
    }
  }
}
