package io.atoll.edge.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
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
    Rotation rotation = rotation(weights);
    Balancer balancer = new SmoothWeightedRoundRobin(new Random(seed));

    Map<Backend, Integer> picks = new HashMap<>();
    for (long i = 0; i < rotation.totalWeight(); i++) {
      picks.merge(pick(balancer, rotation), 1, Integer::sum);
    }

    rotation.backends().forEach(b -> assertThat(picks.get(b)).isEqualTo(b.weight()));
  }

  @Property(tries = 300)
  void roundRobinNeverRunsAFullPickAheadOfAShare(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 50) Integer> weights,
      @ForAll @IntRange(min = 1, max = 500) int requests) {
    Rotation rotation = rotation(weights);
    Balancer balancer = new SmoothWeightedRoundRobin(new Fixed());

    Map<Backend, Integer> picks = new HashMap<>();
    for (int i = 1; i <= requests; i++) {
      Backend picked = pick(balancer, rotation);
      int had = picks.merge(picked, 1, Integer::sum);
      double share = (double) i * picked.weight() / rotation.totalWeight();
      assertThat(had - share).isLessThan(1);
    }
  }

  @Property(tries = 20)
  void roundRobinDoesNotFavourTheFirstWhenRotationsChangeOften(
      @ForAll @IntRange(min = 2, max = 8) int size, @ForAll long seed) {
    Balancer balancer = new SmoothWeightedRoundRobin(new Random(seed));
    int rounds = 4000;

    int[] picks = new int[size];
    for (int i = 0; i < rounds; i++) {
      Rotation rotation = rotation(Collections.nCopies(size, 1));
      picks[rotation.indexOf(pick(balancer, rotation))]++;
    }

    for (int had : picks) {
      assertThat((double) had / rounds).isCloseTo(1.0 / size, within(0.06));
    }
  }

  @Property(tries = 300)
  void leastRequestNeverPicksAStrictlyWorseBackend(
      @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 1, max = 100) Integer> weights,
      @ForAll @Size(10) List<@IntRange(min = 0, max = 50) Integer> outstanding,
      @ForAll long seed) {
    Rotation rotation = rotation(weights);
    for (int i = 0; i < rotation.size(); i++) {
      begin(rotation.get(i), outstanding.get(i));
    }

    Backend picked = pick(new LeastRequest(new Random(seed)), rotation);

    for (Backend other : rotation.backends()) {
      assertThat((picked.outstanding() + 1L) * other.weight())
          .isLessThanOrEqualTo((other.outstanding() + 1L) * picked.weight());
    }
  }

  @Property(tries = 300)
  void leastRequestTakesTurnsAmongThoseTied(
      @ForAll @Size(min = 1, max = 10) List<Boolean> busy,
      @ForAll @IntRange(min = 1, max = 20) int turns,
      @ForAll long seed) {
    Rotation rotation = rotation(Collections.nCopies(busy.size(), 1));
    List<Backend> idle = new ArrayList<>();
    for (int i = 0; i < busy.size(); i++) {
      if (busy.get(i)) {
        begin(rotation.get(i), 1);
      } else {
        idle.add(rotation.get(i));
      }
    }
    List<Backend> tied = idle.isEmpty() ? rotation.backends() : idle;
    Balancer balancer = new LeastRequest(new Random(seed));

    Map<Backend, Integer> picks = new HashMap<>();
    for (int i = 0; i < turns * tied.size(); i++) {
      picks.merge(pick(balancer, rotation), 1, Integer::sum);
    }

    assertThat(picks).hasSize(tied.size());
    tied.forEach(backend -> assertThat(picks.get(backend)).isEqualTo(turns));
  }

  @Property(tries = 300)
  void leastRequestFillsByWeight(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 20) Integer> weights,
      @ForAll long seed) {
    Rotation rotation = rotation(weights);
    Balancer balancer = new LeastRequest(new Random(seed));

    for (long i = 0; i < rotation.totalWeight(); i++) {
      pick(balancer, rotation).begin();
    }

    rotation.backends().forEach(b -> assertThat(b.outstanding()).isEqualTo(b.weight()));
  }

  @Property(tries = 300)
  void aRetryGoesElsewhereUnlessThereIsNoOther(
      @ForAll boolean inTurn,
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 10) Integer> weights,
      @ForAll @IntRange(min = 0, max = 5) int tried,
      @ForAll long seed) {
    Rotation rotation = rotation(weights);
    Backend except = rotation.get(tried % rotation.size());
    Balancer balancer =
        Balancer.of(
            inTurn ? new UpstreamConfig.RoundRobin() : new UpstreamConfig.LeastRequest(),
            new Random(seed));

    for (int i = 0; i < 20; i++) {
      Backend picked = balancer.pick(rotation, not(except));
      if (rotation.size() == 1) {
        assertThat(picked).isSameAs(except);
      } else {
        assertThat(picked).isNotNull().isNotSameAs(except);
      }
    }
  }

  @Property(tries = 300)
  void afterRetriesRoundRobinStillNeverRunsAheadByMoreThanTheyTook(
      @ForAll @Size(min = 2, max = 6) List<@IntRange(min = 1, max = 10) Integer> weights,
      @ForAll @Size(max = 50) List<@IntRange(min = -6, max = 5) Integer> tried) {
    Rotation rotation = rotation(weights);
    Balancer balancer = new SmoothWeightedRoundRobin(new Fixed());
    for (int index : tried) {
      balancer.pick(
          rotation, index < 0 ? Picking.ANYWHERE : not(rotation.get(index % rotation.size())));
    }

    Map<Backend, Integer> picks = new HashMap<>();
    for (long i = 0; i < rotation.totalWeight() * 20; i++) {
      picks.merge(pick(balancer, rotation), 1, Integer::sum);
    }

    rotation
        .backends()
        .forEach(b -> assertThat(picks.get(b)).isCloseTo(b.weight() * 20, within(weights.size())));
  }

  @Example
  void anEmptyRotationHasNoBackend() {
    Rotation none = Rotation.of(List.of(), 30);

    assertThat(new LeastRequest(new Random(1)).pick(none, Picking.ANYWHERE)).isNull();
    assertThat(new SmoothWeightedRoundRobin(new Random(1)).pick(none, Picking.ANYWHERE)).isNull();
  }

  private static Backend pick(Balancer balancer, Rotation rotation) {
    return requireNonNull(balancer.pick(rotation, Picking.ANYWHERE));
  }

  private static Picking not(Backend tried) {
    return new Picking() {
      @Override
      public boolean excludes(Backend backend) {
        return backend == tried;
      }

      @Override
      public long hash() {
        return 0;
      }
    };
  }

  private static void begin(Backend backend, int times) {
    for (int i = 0; i < times; i++) {
      backend.begin();
    }
  }

  private static Rotation rotation(List<Integer> weights) {
    List<Backend> backends = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      BackendAddress address = new BackendAddress("http", "127.0.0.1", 9000 + i);
      backends.add(new Backend(new Member(address, weights.get(i), null, 0)));
    }
    return Rotation.of(backends, 30);
  }

  /** Starts every cycle at its beginning. */
  private static final class Fixed implements RandomGenerator {
    @Override
    public long nextLong() {
      return 0;
    }
  }
}
