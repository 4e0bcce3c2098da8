package io.atoll.edge.ratelimit;

import java.util.List;

class InProcessLedgerTest extends BudgetLedgerContract {
  private final FakeTime time = new FakeTime();
  private final InProcessLedger ledger = new InProcessLedger(time, 1_000);

  @Override
  protected List<BudgetLedger> ledgers() {
    return List.of(ledger);
  }

  @Override
  protected void passTime() {
    time.passMillis(100);
  }
}
