package io.atoll.edge.demo.check;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** What launcher and image learn from must work: a rehearsal whose visits fail teaches failing. */
class RehearsalTest {
  @Test
  void everyVisitGoesWellAndALostOriginIsNotNoticed() {
    assertThatCode(Rehearsal::run).doesNotThrowAnyException();
  }
}
