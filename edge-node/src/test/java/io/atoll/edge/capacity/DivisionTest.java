package io.atoll.edge.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class DivisionTest {
  @Provide
  Arbitrary<int[]> wants() {
    return Arbitraries.integers().between(0, 300).array(int[].class).ofMinSize(1).ofMaxSize(9);
  }

  @Property
  void allIsGivenThatIsWantedAndToNobodyMoreThanThat(
      @ForAll @IntRange(max = 1000) int amount, @ForAll("wants") int[] wanted, @ForAll long turn) {
    int[] given = Division.fair(amount, wanted, turn);

    assertThat(Arrays.stream(given).sum()).isEqualTo(Math.min(amount, Arrays.stream(wanted).sum()));
    for (int i = 0; i < wanted.length; i++) {
      assertThat(given[i]).isBetween(0, wanted[i]);
    }
  }

  @Property
  void whoWantsMoreHasNoLessThanAnybodyElse(
      @ForAll @IntRange(max = 1000) int amount, @ForAll("wants") int[] wanted, @ForAll long turn) {
    int[] given = Division.fair(amount, wanted, turn);

    int most = Arrays.stream(given).max().orElse(0);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(given[i]).isGreaterThanOrEqualTo(Math.min(wanted[i], most - 1));
    }
  }

  @Example
  void whatCannotBeDividedGoesRound() {
    int[] times = new int[3];
    for (int turn = 0; turn < 6; turn++) {
      int[] given = Division.fair(1, new int[] {1, 5, 1}, turn);
      for (int i = 0; i < given.length; i++) {
        times[i] += given[i];
      }
    }
    assertThat(Division.fair(1, new int[] {5, 5, 5}, 0))
        .isNotEqualTo(Division.fair(1, new int[] {5, 5, 5}, 1));
    assertThat(times[1])
        .as("who wants most has it where nothing is left for the others")
        .isEqualTo(6);
  }
}
