package io.atoll.edge.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InProcessTrafficBoardTest extends TrafficBoardContract {
  private final InProcessTrafficBoard first =
      InProcessTrafficBoard.alone("node-1", System::nanoTime);
  private final InProcessTrafficBoard second = first.join("node-2", System::nanoTime);
  private final InProcessTrafficBoard third = first.join("node-3", System::nanoTime);

  @Override
  protected List<InProcessTrafficBoard> boards() {
    return List.of(first, second, third);
  }

  @Test
  void aNodeThatLeavesIsForgotten() {
    second.post("shop", new Figures(1, 0, Map.of()));
    assertThat(first.others("shop")).hasSize(1);

    second.close();

    assertThat(first.others("shop")).isEmpty();
  }
}
