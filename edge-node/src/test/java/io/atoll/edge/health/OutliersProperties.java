package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.UpstreamText;
import io.atoll.edge.traffic.Figures;
import io.atoll.edge.traffic.Seen;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OutliersProperties {
  private static final List<String> BACKENDS = List.of("a:1", "b:1", "c:1", "d:1");

  private final Outliers outliers =
      new Outliers(
          UpstreamText.upstream(
                  "shop",
                  "outlierDetection: {consecutiveErrors: 5, errorRate: 50, requests: 20,"
                      + " latencyFactor: 3}")
              .outlierDetection());

  @Property
  void noNodeIsTakenAtItsWordAlone(
      @ForAll("anything") Figures liar,
      @ForAll @Size(min = 1, max = 9) List<@IntRange(max = 99) Integer> loads) {
    List<Figures> nodes = new ArrayList<>();
    loads.forEach(load -> nodes.add(well(load)));
    nodes.add(liar);

    assertThat(outliers.among(nodes)).isEmpty();
  }

  @Property
  void errorsOfManyNodesAreAsGoodAsThoseOfOne(
      @ForAll @IntRange(min = 2, max = 30) int nodes, @ForAll @IntRange(max = 9) int each) {
    int inARow = nodes * each;
    List<Outlier> ofMany = outliers.among(Collections.nCopies(nodes, failing(each)));
    List<Outlier> ofOne = outliers.among(List.of(failing(inARow)));

    assertThat(ofMany).isEqualTo(ofOne);
    assertThat(ofMany.isEmpty()).isEqualTo(inARow < 5);
  }

  @Property
  void allNodesComeToTheSame(@ForAll("clusters") List<Figures> nodes) {
    List<Figures> otherwise = new ArrayList<>(nodes);
    Collections.reverse(otherwise);

    assertThat(outliers.among(otherwise)).isEqualTo(outliers.among(nodes));
  }

  @Property
  void aBackendWithoutErrorsIsNotEjectedForThem(@ForAll("clusters") List<Figures> nodes) {
    for (Outlier outlier : outliers.among(nodes)) {
      Seen all =
          nodes.stream().map(node -> node.seen(outlier.backend())).reduce(Seen.NOTHING, Seen::plus);
      switch (outlier.reason()) {
        case CONSECUTIVE_ERRORS -> assertThat(all.inARow()).isGreaterThanOrEqualTo(5);
        case ERROR_RATE -> assertThat(all.errors() * 2).isGreaterThanOrEqualTo(all.outcomes());
        case LATENCY -> assertThat(all.good()).isGreaterThanOrEqualTo(20);
        case CONNECT_FAILURE, TRIAL -> throw new AssertionError(outlier);
      }
    }
  }

  private static Figures failing(int inARow) {
    return inARow == 0
        ? Figures.NONE
        : new Figures(0, 0, Map.of("a:1", new Seen(inARow, inARow, inARow, 0)));
  }

  private static Figures well(int load) {
    Seen seen = new Seen(load + 1, 0, 0, 1000L * (load + 1));
    return new Figures(0, 0, Map.of("a:1", seen, "b:1", seen, "c:1", seen, "d:1", seen));
  }

  @Provide
  Arbitrary<List<Figures>> clusters() {
    return anything().list().ofMinSize(1).ofMaxSize(8);
  }

  @Provide
  Arbitrary<Figures> anything() {
    return Arbitraries.maps(Arbitraries.of(BACKENDS), seen())
        .ofMaxSize(4)
        .map(backends -> new Figures(0, 0, backends));
  }

  private static Arbitrary<Seen> seen() {
    return Combinators.combine(
            Arbitraries.longs().between(1, 2000),
            Arbitraries.integers().between(0, 100),
            Arbitraries.integers().between(0, 20),
            Arbitraries.longs().between(100, 1_000_000))
        .as(
            (outcomes, percent, inARow, micros) -> {
              long errors = outcomes * percent / 100;
              return new Seen(outcomes, errors, inARow, micros * (outcomes - errors));
            });
  }
}
