package io.atoll.edge.cluster;

import io.atoll.edge.cache.PurgeIndex;
import io.atoll.edge.cache.SharedCache;
import io.atoll.edge.cache.SharedCacheContract;
import io.atoll.edge.telemetry.ClusterCallMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class HazelcastSharedCacheTest extends SharedCacheContract {
  @SuppressWarnings("NullAway.Init")
  private static TestCluster cluster;

  private final PurgeIndex purges = new PurgeIndex(10, System::nanoTime, _ -> {});
  private final SharedCache one = shared(cluster.member(0));
  private final SharedCache other = shared(cluster.member(1));

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private SharedCache shared(ClusterMember member) {
    return new HazelcastSharedCache(
        member,
        8 << 20,
        purges,
        new ClusterCallMeters(new Telemetry(), "cache"),
        InstantSource.system(),
        ForkJoinPool.commonPool(),
        Duration.ofSeconds(10));
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
    return purges.mark().era();
  }
}
