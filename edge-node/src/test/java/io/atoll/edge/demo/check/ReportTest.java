package io.atoll.edge.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Finding KEPT = new Finding("one budget", "150 admitted", "<= 153", true);
  private static final Finding BROKEN = new Finding("one cache", "2 fetches", "1 fetch", false);

  @Test
  void isKeptWhereEveryPromiseIs() {
    assertThat(new Report(List.of(KEPT, KEPT)).kept()).isTrue();
    assertThat(new Report(List.of(KEPT, BROKEN)).kept()).isFalse();
  }

  @Test
  void linesUpItsColumnsAndShoutsWhatIsBroken() {
    assertThat(new Report(List.of(KEPT, BROKEN)).table().lines())
        .containsExactly(
            "promise     measured      goal     ",
            "-----------------------------------------",
            "one budget  150 admitted  <= 153   ok",
            "one cache   2 fetches     1 fetch  BROKEN");
  }
}
