package io.atoll.edge.cache;

class LocalPurgeLogTest extends PurgeLogContract {
  private final PurgeLog log =
      new LocalPurgeLog("node-1", new PurgeIndex(PurgeIndex.CAPACITY, System::nanoTime, _ -> {}));

  @Override
  protected PurgeLog one() {
    return log;
  }

  @Override
  protected PurgeLog other() {
    return log;
  }
}
