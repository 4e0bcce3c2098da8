package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MajorityTest {
  private static final Duration FRESH_FOR = Duration.ofSeconds(7);
  private static final long NOW = Duration.ofMinutes(5).toNanos();
  private static final List<String> OBSERVERS = List.of("a", "b", "c");

  @Test
  void mostOfTheObserversDecide() {
    assertThat(of(saw("a", false), saw("b", false), saw("c", true))).isEqualTo(Majority.UNHEALTHY);
    assertThat(of(saw("a", false), saw("b", true), saw("c", true))).isEqualTo(Majority.HEALTHY);
  }

  @Test
  void aTieIsHealthy() {
    assertThat(of(saw("a", false), saw("b", true))).isEqualTo(Majority.HEALTHY);
  }

  @Test
  void oneAloneDecidesWhileNoOtherIsHeard() {
    assertThat(of(saw("a", false))).isEqualTo(Majority.UNHEALTHY);
  }

  @Test
  void whatIsNoLongerFreshDoesNotCount() {
    long stale = NOW - FRESH_FOR.toNanos() - 1;

    assertThat(of(new Sighting("a", true, stale), new Sighting("b", true, stale), saw("c", false)))
        .isEqualTo(Majority.UNHEALTHY);
  }

  @Test
  void onlyObserversCount() {
    assertThat(of(saw("x", false), saw("y", false), saw("a", true))).isEqualTo(Majority.HEALTHY);
  }

  @Test
  void withNothingFreshItIsSilent() {
    assertThat(of()).isEqualTo(Majority.SILENT);
    assertThat(of(saw("x", true))).isEqualTo(Majority.SILENT);
  }

  private static Sighting saw(String node, boolean passing) {
    return new Sighting(node, passing, NOW - Duration.ofSeconds(1).toNanos());
  }

  private static Majority of(Sighting... sightings) {
    return Majority.of(List.of(sightings), OBSERVERS, NOW, FRESH_FOR);
  }
}
