package io.atoll.edge.cache;

class InProcessSharedCacheTest extends SharedCacheContract {
  private final PurgeIndex purges = new PurgeIndex(10, System::nanoTime, _ -> {});
  private final PurgeIndex purgesOfOther = new PurgeIndex(10, System::nanoTime, _ -> {});
  private final InProcessSharedCache one = InProcessSharedCache.create(purges);
  private final InProcessSharedCache other = one.of(purgesOfOther);

  InProcessSharedCacheTest() {
    purgesOfOther.begin(3, 0);
  }

  @Override
  protected SharedCache one() {
    return one;
  }

  @Override
  protected SharedCache other() {
    return other;
  }

  @Override
  protected int eraOfOther() {
    return purgesOfOther.mark().era();
  }
}
