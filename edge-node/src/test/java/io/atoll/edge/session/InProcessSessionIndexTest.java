package io.atoll.edge.session;

class InProcessSessionIndexTest extends SessionIndexContract {
  private final InProcessSessionTable table =
      new InProcessSessionTable(1_000, SessionTableContract.HASH, () -> 0);

  @Override
  protected SessionTable table() {
    return table;
  }

  @Override
  protected SessionIndex index() {
    return table;
  }
}
