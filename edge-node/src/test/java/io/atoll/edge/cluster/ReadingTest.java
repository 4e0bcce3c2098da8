package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadingTest {
  private final Reading reading = new Reading();

  @Test
  void whatWasReadStandsOnceAllOfItWas() {
    assertThat(reading.stands()).isFalse();
    int begun = reading.begin();
    assertThat(reading.stands()).isFalse();
    reading.done(begun);
    assertThat(reading.stands()).isTrue();
    reading.begin();
    assertThat(reading.stands()).isFalse();
  }

  @Test
  void whatWasBegunBeforeAMergeDoesNotStandAfterIt() {
    int begun = reading.begin();
    reading.merging();
    reading.done(begun);
    assertThat(reading.stands()).isFalse();
    reading.mergeOver();
    assertThat(reading.stands()).isFalse();
  }

  @Test
  void nothingStandsWhileAMergeIsUnderWay() {
    reading.merging();
    reading.done(reading.begin());
    assertThat(reading.stands()).isFalse();
    reading.mergeOver();
    reading.done(reading.begin());
    assertThat(reading.stands()).isTrue();
  }
}
