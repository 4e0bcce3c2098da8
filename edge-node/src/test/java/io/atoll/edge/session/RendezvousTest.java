package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atoll.config.BackendAddress;
import java.util.Objects;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  @Property
  void onlyTheSessionsOfABackendThatGoesMove(
      @ForAll String name, @ForAll @IntRange(min = 2, max = 20) int count, @ForAll int gone) {
    TestBackends backends = TestBackends.of(count);
    BackendAddress before = Rendezvous.choose(name, backends, null);
    BackendAddress leaves = backends.get(Math.floorMod(gone, count));
    backends.kill(leaves);
    BackendAddress after = Rendezvous.choose(name, backends, null);
    assertThat(after).isNotEqualTo(leaves);
    if (!leaves.equals(before)) {
      assertThat(after).isEqualTo(before);
    }
  }

  @Test
  void sharesFollowWeights() {
    TestBackends backends = TestBackends.of(3);
    backends.weigh(backends.get(0), 5);
    backends.weigh(backends.get(1), 3);
    backends.weigh(backends.get(2), 2);
    long first =
        IntStream.range(0, 20_000)
            .filter(
                i ->
                    Objects.equals(
                        Rendezvous.choose("session-" + i, backends, null), backends.get(0)))
            .count();
    assertThat(first / 20_000.0).isCloseTo(0.5, within(0.02));
  }

  @Test
  void withoutABackendThereIsNone() {
    assertThat(Rendezvous.choose("session", TestBackends.of(0), null)).isNull();
  }
}
