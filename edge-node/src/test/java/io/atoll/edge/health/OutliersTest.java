package io.atoll.edge.health;

import static io.atoll.edge.health.EjectionReason.CONSECUTIVE_ERRORS;
import static io.atoll.edge.health.EjectionReason.ERROR_RATE;
import static io.atoll.edge.health.EjectionReason.LATENCY;
import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.UpstreamText;
import io.atoll.edge.traffic.Figures;
import io.atoll.edge.traffic.Seen;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OutliersTest {
  private static final String BACKEND = "10.0.0.1:80";

  @Nested
  class ErrorsInARow {
    private final Outliers outliers = outliers("consecutiveErrors: 5, errorRate: 0");

    @Test
    void ofOneNodeCountForItself() {
      assertThat(outliers.among(List.of(inARow(4)))).isEmpty();
      assertThat(outliers.among(List.of(inARow(5))))
          .containsExactly(new Outlier(BACKEND, CONSECUTIVE_ERRORS, 5));
    }

    @Test
    void ofTenNodesWithOneEachAreTen() {
      assertThat(outliers.among(Collections.nCopies(10, inARow(1))))
          .containsExactly(new Outlier(BACKEND, CONSECUTIVE_ERRORS, 10));
      assertThat(outliers.among(Collections.nCopies(4, inARow(1)))).isEmpty();
    }

    @Test
    void ofOneOfTwoNodesAreItsOwnAffair() {
      assertThat(outliers.among(List.of(inARow(100), inARow(0)))).isEmpty();
    }

    @Test
    void ofFewerThanHalfOfTheNodesSayNothing() {
      Figures well = inARow(0);
      assertThat(outliers.among(List.of(inARow(9), inARow(9), well, well, well))).isEmpty();
      assertThat(outliers.among(List.of(inARow(9), inARow(9), well, well))).hasSize(1);
    }

    @Test
    void aNodeThatHasNoTrafficThereSaysNothing() {
      assertThat(outliers.among(List.of(inARow(3), inARow(2), Figures.NONE, Figures.NONE)))
          .hasSize(1);
      assertThat(outliers.among(List.of(inARow(5), Figures.NONE))).isEmpty();
    }

    @Test
    void areAsManyAsOneLikesWhereNoneAreConfigured() {
      Outliers patient = outliers("consecutiveErrors: 0, errorRate: 0");
      assertThat(patient.tooMany(1_000_000)).isFalse();
      assertThat(patient.among(List.of(inARow(1_000_000)))).isEmpty();
    }

    private Figures inARow(int errors) {
      return figures(new Seen(10 + errors, errors, errors, 10_000));
    }
  }

  @Nested
  class ErrorRates {
    private final Outliers outliers = outliers("consecutiveErrors: 0, errorRate: 50, requests: 20");

    @Test
    void sayNothingBeforeThereAreEnoughAnswers() {
      assertThat(outliers.among(List.of(rate(19, 19)))).isEmpty();
      assertThat(outliers.among(List.of(rate(20, 9)))).isEmpty();
      assertThat(outliers.among(List.of(rate(20, 10))))
          .containsExactly(new Outlier(BACKEND, ERROR_RATE, 0.5));
    }

    @Test
    void areTakenOverAllNodes() {
      assertThat(outliers.among(Collections.nCopies(10, rate(2, 1))))
          .containsExactly(new Outlier(BACKEND, ERROR_RATE, 0.5));
      assertThat(outliers.among(Collections.nCopies(9, rate(2, 1)))).isEmpty();
    }

    @Test
    void ofABusyNodeWithABrokenPathAreItsOwnAffair() {
      assertThat(outliers.among(List.of(rate(1000, 1000), rate(10, 0)))).isEmpty();
      assertThat(outliers.among(List.of(rate(1000, 1000), rate(10, 0), rate(10, 0)))).isEmpty();
    }

    @Test
    void ofANodeThatHasSeenNextToNothingDoNotHelpTheOneWithTheBrokenPath() {
      assertThat(outliers.among(List.of(rate(1000, 1000), rate(1, 1)))).isEmpty();
    }

    @Test
    void ofTheWorstCountFirst() {
      Figures node =
          new Figures(0, 0, Map.of("a", seen(20, 12), "b", seen(20, 20), "c", seen(20, 12)));
      assertThat(outliers.among(List.of(node)))
          .extracting(Outlier::backend)
          .containsExactly("b", "a", "c");
    }

    @Test
    void areAsHighAsOneLikesWhereNoneIsConfigured() {
      Outliers patient = outliers("consecutiveErrors: 0, errorRate: 0, requests: 20");
      assertThat(patient.among(List.of(rate(20, 20)))).isEmpty();
    }

    private Figures rate(int outcomes, int errors) {
      return figures(seen(outcomes, errors));
    }

    private Seen seen(int outcomes, int errors) {
      return new Seen(outcomes, errors, 0, 1000L * (outcomes - errors));
    }
  }

  @Nested
  class Latencies {
    private final Outliers outliers =
        outliers("consecutiveErrors: 0, errorRate: 0, requests: 20, latencyFactor: 3");

    @Test
    void areMeasuredByTheMedian() {
      assertThat(outliers.among(List.of(millis(20, 10, 10, 30)))).isEmpty();
      assertThat(outliers.among(List.of(millis(20, 10, 10, 31))))
          .containsExactly(new Outlier("b2", LATENCY, 21_000));
      assertThat(outliers.among(List.of(millis(20, 5, 10, 20, 46))))
          .containsExactly(new Outlier("b3", LATENCY, 31_000));
    }

    @Test
    void ofTwoBackendsSayNothingOfEither() {
      assertThat(outliers.among(List.of(millis(20, 10, 1000)))).isEmpty();
    }

    @Test
    void thatNobodyNoticesSayNothing() {
      assertThat(outliers.among(List.of(millis(20, 1, 1, 5)))).isEmpty();
      assertThat(outliers.among(List.of(millis(20, 1, 1, 6)))).hasSize(1);
    }

    @Test
    void ofFewAnswersSayNothing() {
      assertThat(outliers.among(List.of(millis(19, 10, 10, 1000)))).isEmpty();
    }

    @Test
    void areTakenOverAllNodes() {
      assertThat(outliers.among(Collections.nCopies(10, millis(2, 10, 10, 1000))))
          .extracting(Outlier::backend)
          .containsExactly("b2");
    }

    @Test
    void ofANodeThatIsFarFromOneBackendAreItsOwnAffair() {
      Figures far = millis(1000, 10, 10, 1000);
      Figures near = millis(20, 10, 10, 10);
      assertThat(outliers.among(List.of(far, near))).isEmpty();
      assertThat(outliers.among(List.of(far, near, near))).isEmpty();
      assertThat(outliers.among(List.of(far))).hasSize(1);
    }

    @Test
    void ofANodeThatIsFarFromAllSayNothing() {
      Figures far = millis(20, 100, 100, 100);
      assertThat(outliers.among(List.of(far))).isEmpty();
      assertThat(outliers.among(List.of(far, millis(20, 1, 1, 1)))).isEmpty();
    }

    /** Backends {@code b0} and so on with so many answers each, that took so long in the mean. */
    private Figures millis(int answers, int... means) {
      Map<String, Seen> backends = new HashMap<>();
      for (int i = 0; i < means.length; i++) {
        backends.put("b" + i, new Seen(answers, 0, 0, 1000L * means[i] * answers));
      }
      return new Figures(0, 0, backends);
    }
  }

  private static Outliers outliers(String yaml) {
    return new Outliers(
        UpstreamText.upstream("shop", "outlierDetection: {" + yaml + "}").outlierDetection());
  }

  private static Figures figures(Seen seen) {
    return new Figures(0, 0, Map.of(BACKEND, seen));
  }
}
