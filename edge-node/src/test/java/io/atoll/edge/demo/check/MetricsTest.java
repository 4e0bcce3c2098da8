package io.atoll.edge.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final String PAGE =
      """
      # HELP atoll_upstream_attempts_total tries
      # TYPE atoll_upstream_attempts_total counter
      atoll_upstream_attempts_total{backend="127.0.0.1:1",result="ok",upstream="shop"} 40.0
      atoll_upstream_attempts_total{backend="127.0.0.1:1",result="reset",upstream="shop"} 2.0
      atoll_upstream_attempts_total{backend="127.0.0.1:2",result="ok",upstream="shop"} 7.0
      atoll_cluster_members 3.0
      odd{text="a, \\"b\\", {c}"} +Inf
      odd line
      """;

  @Test
  void sumsTheSamplesWithTheLabelsAskedFor() {
    Metrics metrics = Metrics.parse(PAGE, "atoll_");

    assertThat(metrics.sum("atoll_upstream_attempts_total", Map.of("backend", "127.0.0.1:1")))
        .isEqualTo(42);
    assertThat(metrics.sum("atoll_upstream_attempts_total", Map.of())).isEqualTo(49);
    assertThat(metrics.sum("atoll_cluster_members", Map.of())).isEqualTo(3);
    assertThat(metrics.sum("atoll_unknown", Map.of())).isZero();
  }

  @Test
  void readsOddLabelsAndPassesOverOtherLines() {
    assertThat(Metrics.parse(PAGE, "odd").samples())
        .singleElement()
        .satisfies(
            sample -> {
              assertThat(sample.labels()).containsEntry("text", "a, \\\"b\\\", {c}");
              assertThat(sample.value()).isInfinite();
            });
  }
}
