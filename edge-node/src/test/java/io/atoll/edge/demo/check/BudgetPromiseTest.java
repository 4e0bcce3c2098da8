package io.atoll.edge.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.demo.DemoLayout.Node;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetPromiseTest {
  private static final Node NODE = new Node("node-1", 1, 2, 3);

  /** In two seconds, 50 + 100 × 2 may be admitted, one more by each of three nodes. */
  @ParameterizedTest
  @CsvSource({"250,true", "253,true", "254,false", "213,true", "212,false", "0,false"})
  void isKeptBetweenTheLimitAndSomewhatBelow(int admitted, boolean kept) {
    assertThat(BudgetPromise.finding(tally(admitted, 1600, 429), 2, 3, 0).kept()).isEqualTo(kept);
  }

  @Test
  void isBrokenWhereRequestsFailInstead() {
    assertThat(BudgetPromise.finding(tally(240, 1, 503), 2, 3, 0).kept()).isFalse();
    assertThat(BudgetPromise.finding(tally(240, 1, 404), 2, 3, 0).kept()).isFalse();
  }

  @Test
  void saysNothingWhereTheLimitWasHardlyPressed() {
    assertThat(BudgetPromise.finding(tally(240, 1359, 429), 2, 3, 0).kept()).isFalse();
    assertThat(BudgetPromise.finding(tally(240, 1360, 429), 2, 3, 0).kept()).isTrue();
  }

  @Test
  void bearsAndTellsWhatNodesAdmittedAlone() {
    Finding kept = BudgetPromise.finding(tally(270, 1600, 429), 2, 3, 17);
    assertThat(kept.kept()).isTrue();
    assertThat(kept.figure()).endsWith(" times the limit, 17 admitted by a node alone");
    assertThat(kept.goal()).endsWith(" to 250 + 20");
    assertThat(BudgetPromise.finding(tally(271, 1600, 429), 2, 3, 17).kept()).isFalse();
  }

  @Test
  void bearsOneBurstOfItAtMost() {
    assertThat(BudgetPromise.finding(tally(303, 1600, 429), 2, 3, 500).kept()).isTrue();
    assertThat(BudgetPromise.finding(tally(304, 1600, 429), 2, 3, 500).kept()).isFalse();
  }

  private static Tally tally(int admitted, int others, int status) {
    Tally tally = new Tally();
    for (int i = 0; i < admitted; i++) {
      tally.add(visit(200));
    }
    for (int i = 0; i < others; i++) {
      tally.add(visit(status));
    }
    return tally;
  }

  private static Visitor.Visit visit(int status) {
    return new Visitor.Visit(
        new Attempt.Reply(
            NODE, HttpVersion.HTTP_1_1, status, MultiMap.caseInsensitiveMultiMap(), "", 1),
        List.of());
  }
}
