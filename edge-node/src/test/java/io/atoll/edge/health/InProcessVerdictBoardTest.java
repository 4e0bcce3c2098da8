package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InProcessVerdictBoardTest extends VerdictBoardContract {
  private final InProcessVerdictBoard first =
      InProcessVerdictBoard.alone("node-1", System::nanoTime);
  private final InProcessVerdictBoard second = first.join("node-2", System::nanoTime);
  private final InProcessVerdictBoard third = first.join("node-3", System::nanoTime);

  @Override
  protected List<InProcessVerdictBoard> boards() {
    return List.of(first, second, third);
  }

  @Test
  void aNodeThatLeavesIsForgotten() {
    BackendKey backend = new BackendKey("shop", "10.0.0.1:80");
    second.publish(backend, false);
    assertThat(first.sightings(backend)).hasSize(1);

    second.close();

    assertThat(first.sightings(backend)).isEmpty();
  }
}
