package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Origin;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SplitTest {
  private static final int CLIENTS = 20_000;

  /** An upstream that nobody asks here. */
  private record Named(String name) implements Origin {
    @Override
    public Fetch fetch(Exchange exchange, MultiMap conditions, boolean asGet, ResponseSink sink) {
      throw new UnsupportedOperationException();
    }
  }

  private static final Map<String, Origin> ORIGINS =
      Map.of("old", new Named("old"), "new", new Named("new"), "none", new Named("none"));

  private static Split split(int old, int next) {
    Map<String, Integer> weights = new LinkedHashMap<>();
    weights.put("old", old);
    weights.put("none", 0);
    weights.put("new", next);
    return new Split(ORIGINS, weights);
  }

  private static String side(Split split, String client) {
    return ((Named) split.side(client)).name();
  }

  private static String client(int i) {
    return "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
  }

  @Test
  void clientsFallToTheSidesByWeight() {
    Split split = split(95, 5);
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (int i = 0; i < CLIENTS; i++) {
      counts.merge(side(split, client(i)), 1, Integer::sum);
    }
    assertThat(counts).containsOnlyKeys("old", "new");
    assertThat(counts.getOrDefault("new", 0) / (double) CLIENTS).isCloseTo(0.05, within(0.01));
  }

  @Test
  void aWeightOfNothingGetsNobodyAndAnotherEverybody() {
    for (int i = 0; i < 1000; i++) {
      assertThat(side(split(1, 0), client(i))).isEqualTo("old");
      assertThat(side(split(0, 7), client(i))).isEqualTo("new");
    }
  }

  @Test
  void asAWeightGrowsNobodyComesBack() {
    List<Split> steps = new ArrayList<>();
    for (int percent : new int[] {0, 1, 5, 25, 50, 100}) {
      steps.add(split(100 - percent, percent));
    }
    for (int i = 0; i < 2000; i++) {
      String client = client(i);
      List<String> sides = steps.stream().map(split -> side(split, client)).toList();
      assertThat(sides).isSortedAccordingTo(java.util.Comparator.reverseOrder()); // old, then new
    }
  }

  @Test
  void theAddressesOfOneNetworkAreOneClient() {
    Split split = split(50, 50);
    for (int i = 0; i < 100; i++) {
      String network = "2001:db8:0:" + Integer.toHexString(i);
      assertThat(split.side(network + "::1")).isSameAs(split.side(network + ":a:b:c:d"));
    }
  }
}
