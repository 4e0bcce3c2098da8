package io.atoll.edge.discovery;

import java.util.List;

class InProcessBackendRosterTest extends BackendRosterContract {
  private final List<InProcessBackendRoster> alone = List.of(new InProcessBackendRoster());

  @Override
  protected List<InProcessBackendRoster> rosters() {
    return alone;
  }
}
