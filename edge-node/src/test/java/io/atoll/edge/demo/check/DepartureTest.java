package io.atoll.edge.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DepartureTest {
  /** Milliseconds after SIGKILL; 100 after the process's end are allowed. */
  @ParameterizedTest
  @CsvSource({
    "90,0,5,0,true",
    "100,0,5,0,true",
    "101,0,5,0,false",
    "101,20,5,0,true",
    "3,10,5,0,true",
    "250,5000,5,0,true",
    "251,5000,5,0,false",
    "0,10,0,0,false",
    "90,0,5,1,false",
  })
  void theLastNodeIsJudgedFromTheEndOfTheProcess(
      long out, long end, double tries, double later, boolean kept) {
    Finding finding =
        Departure.judge(
            Duration.ofMillis(out), Duration.ofMillis(end), tries, later, Duration.ofMillis(100));
    assertThat(finding.kept()).isEqualTo(kept);
  }
}
