package io.atoll.edge.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ServicesTest {
  private static ServiceRecord service(int priority, int weight, String target) {
    return new ServiceRecord(priority, weight, 80, target);
  }

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static final Map<String, List<InetAddress>> THREE =
      Map.of(
          "a.",
          List.of(address("10.0.0.1")),
          "b.",
          List.of(address("10.0.0.2")),
          "c.",
          List.of(address("10.0.0.3")));

  private static List<Integer> weights(List<Found> found) {
    return found.stream().map(Found::weight).toList();
  }

  @Test
  void weightsThatFitStayAsTheyAre() {
    assertThat(weights(Services.of(List.of(service(0, 5, "a."), service(0, 1000, "b.")), THREE)))
        .containsExactly(5, 1000);
  }

  @Test
  void greaterWeightsKeepTheirProportion() {
    assertThat(
            weights(
                Services.of(List.of(service(0, 60_000, "a."), service(0, 15_000, "b.")), THREE)))
        .containsExactly(1000, 250);
  }

  @Test
  void aWeightOfZeroIsHardlyAnythingBesideOthersAndNothingSpecialAmongItsLike() {
    assertThat(weights(Services.of(List.of(service(0, 0, "a."), service(0, 1, "b.")), THREE)))
        .containsExactly(1, 1000);
    assertThat(weights(Services.of(List.of(service(0, 0, "a."), service(0, 0, "b.")), THREE)))
        .containsExactly(1, 1);
  }

  @Test
  void eachPriorityIsALevelWithWeightsOfItsOwn() {
    assertThat(
            Services.of(
                List.of(service(30, 9, "c."), service(10, 0, "a."), service(20, 65_535, "b.")),
                THREE))
        .containsExactly(
            new Found("10.0.0.1", 80, 1, 0),
            new Found("10.0.0.2", 80, 1000, 1),
            new Found("10.0.0.3", 80, 9, 2));
  }

  @Test
  void aServerThatIsNamedTwiceIsOneOfTheFirstPriority() {
    assertThat(
            Services.of(
                List.of(service(20, 7, "a."), service(10, 2, "a."), service(10, 3, "b.")),
                Map.of("a.", THREE.get("a."), "b.", THREE.get("a."))))
        .containsExactly(new Found("10.0.0.1", 80, 3, 0));
  }

  @Test
  void aTargetsWeightIsThatOfItsAddressesTogether() {
    assertThat(
            weights(
                Services.of(
                    List.of(service(0, 10, "a."), service(0, 10, "b.")),
                    Map.of(
                        "a.",
                        List.of(address("10.0.0.1"), address("10.0.0.2")),
                        "b.",
                        List.of(address("10.0.0.3"))))))
        .containsExactly(5, 5, 10);
  }

  @Test
  void noMoreThanAThousandAreTaken() {
    List<InetAddress> many =
        IntStream.range(0, 2000).mapToObj(i -> address("10.0." + i / 250 + "." + i % 250)).toList();
    assertThat(Services.at(many, 80)).hasSize(1000);
  }

  @Property(tries = 200)
  void theOrderOfTheRecordsDoesNotMatter(
      @ForAll @Size(max = 20) List<@IntRange(max = 65_535) Integer> weights, @ForAll long seed) {
    List<ServiceRecord> records = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      records.add(service(weights.get(i) % 3, weights.get(i), "t" + i % 7 + "."));
    }
    Map<String, List<InetAddress>> addresses =
        IntStream.range(0, 7)
            .boxed()
            .collect(
                Collectors.toMap(i -> "t" + i + ".", i -> List.of(address("10.0.0." + i / 2))));
    List<Found> one = Services.of(records, addresses);
    Collections.shuffle(records, new Random(seed));
    assertThat(Services.of(records, addresses)).isEqualTo(one);
    assertThat(one).allMatch(found -> found.weight() >= 1 && found.weight() <= 1000);
    assertThat(one.stream().map(Found::host).distinct().count()).isEqualTo(one.size());
  }
}
