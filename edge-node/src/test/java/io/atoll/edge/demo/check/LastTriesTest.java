package io.atoll.edge.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastTriesTest {
  /** Milliseconds after SIGKILL of the last try and of the process's end; 100 are allowed. */
  @ParameterizedTest
  @CsvSource({
    "90,0,5,true",
    "101,0,5,false",
    "101,20,5,true",
    "249,5000,5,true",
    "251,5000,5,false",
    "-3,10,5,true",
    "0,10,0,false"
  })
  void theLastTryCountsFromTheEndOfTheProcess(
      double last, double gone, double tries, boolean kept) {
    assertThat(LastTries.judge(last, gone, tries, 100).kept()).isEqualTo(kept);
  }
}
