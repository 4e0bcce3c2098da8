package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ObserversTest {
  @Property
  void thereAreThreeOrAsManyAsThereAreNodes(
      @ForAll @IntRange(min = 1, max = 30) int nodes, @ForAll @IntRange(max = 5000) int port) {
    assertThat(Observers.of(key(port), nodes(nodes)))
        .hasSize(Math.min(3, nodes))
        .doesNotHaveDuplicates()
        .isSubsetOf(nodes(nodes));
  }

  @Property
  void everyNodeComesToTheSameResultWhateverTheOrder(
      @ForAll @IntRange(min = 1, max = 30) int nodes,
      @ForAll @IntRange(max = 5000) int port,
      @ForAll long seed) {
    List<String> shuffled = new ArrayList<>(nodes(nodes));
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(Observers.of(key(port), shuffled)).isEqualTo(Observers.of(key(port), nodes(nodes)));
  }

  @Property
  void aNodeThatLeavesHandsOverOnlyWhatItObserved(
      @ForAll @IntRange(min = 4, max = 30) int nodes,
      @ForAll @IntRange(max = 5000) int port,
      @ForAll @IntRange(max = 3) int leaving) {
    List<String> left = new ArrayList<>(nodes(nodes));
    String gone = left.remove(leaving);
    List<String> before = Observers.of(key(port), nodes(nodes));
    List<String> after = Observers.of(key(port), left);

    List<String> stayed = new ArrayList<>(before);
    stayed.remove(gone);
    assertThat(after).containsAll(stayed).doesNotContain(gone);
  }

  @Example
  void theWorkIsSpreadEvenly() {
    int backends = 5000;
    List<String> nodes = nodes(10);

    Map<String, Integer> work = new HashMap<>();
    for (int port = 0; port < backends; port++) {
      Observers.of(key(port), nodes).forEach(node -> work.merge(node, 1, Integer::sum));
    }

    double even = backends * 3.0 / nodes.size();
    nodes.forEach(
        node ->
            assertThat(work.getOrDefault(node, 0).doubleValue())
                .isCloseTo(even, within(even * 0.1)));
  }

  private static BackendKey key(int port) {
    return new BackendKey("shop", "10.0.0.1:" + port);
  }

  private static List<String> nodes(int count) {
    return IntStream.range(0, count).mapToObj(i -> "node-" + i).toList();
  }
}
