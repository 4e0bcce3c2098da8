package io.atoll.edge.health;

import static io.atoll.edge.health.Outliers.Consequence.EJECT;
import static io.atoll.edge.health.Outliers.Consequence.NONE;
import static io.atoll.edge.health.Outliers.Consequence.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutliersTest {
  private final Outliers outliers = new Outliers(3);

  @Test
  void aConnectionThatCannotBeMadeEjectsAtOnce() {
    assertThat(outliers.failed(Fault.CONNECT)).isEqualTo(EJECT);
  }

  @Test
  void errorsInARowEject() {
    assertThat(outliers.answered(500)).isEqualTo(NONE);
    assertThat(outliers.failed(Fault.TIMEOUT)).isEqualTo(SUSPECT);
    assertThat(outliers.answered(503)).isEqualTo(EJECT);
  }

  @Test
  void aGoodAnswerBeginsANewRow() {
    outliers.answered(500);
    outliers.answered(500);
    assertThat(outliers.answered(404)).isEqualTo(NONE);
    assertThat(outliers.answered(500)).isEqualTo(NONE);
    assertThat(outliers.answered(500)).isEqualTo(NONE);
    assertThat(outliers.answered(500)).isEqualTo(EJECT);
  }

  @Test
  void anEjectionBeginsANewRow() {
    outliers.answered(500);
    outliers.answered(500);
    outliers.answered(500);
    assertThat(outliers.answered(500)).isEqualTo(NONE);
  }

  @Test
  void aLostConnectionIsSuspectAndCounts() {
    assertThat(outliers.failed(Fault.RESET)).isEqualTo(SUSPECT);
    assertThat(outliers.failed(Fault.RESET)).isEqualTo(SUSPECT);
    assertThat(outliers.failed(Fault.RESET)).isEqualTo(EJECT);
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsSuspectAndCounts() {
    assertThat(outliers.failed(Fault.TIMEOUT)).isEqualTo(SUSPECT);
    assertThat(outliers.failed(Fault.TIMEOUT)).isEqualTo(SUSPECT);
    assertThat(outliers.failed(Fault.TIMEOUT)).isEqualTo(EJECT);
  }

  @Test
  void noErrorsInARowEjectWhereNoneAreConfigured() {
    Outliers patient = new Outliers(0);
    for (int i = 0; i < 100; i++) {
      assertThat(patient.answered(500)).isEqualTo(NONE);
    }
    assertThat(patient.failed(Fault.CONNECT)).isEqualTo(EJECT);
  }
}
