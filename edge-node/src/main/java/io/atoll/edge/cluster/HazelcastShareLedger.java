package io.atoll.edge.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.map.IMap;
import io.atoll.config.MemberSettings;
import io.atoll.edge.capacity.Claim;
import io.atoll.edge.capacity.Share;
import io.atoll.edge.capacity.ShareLedger;
import io.atoll.edge.health.BackendKey;
import io.atoll.edge.telemetry.ClusterCallMeters;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The shares of a cluster: an entry of a map for each backend, changed on the member that owns it
 * and copied to one more before the answer is given. Calls under way are bounded, because a call to
 * a member that has just died may stay for seconds.
 */
public final class HazelcastShareLedger implements ShareLedger {
  private static final int MOST_CALLS = 10_000;
  private static final long IN_TIME = 50_000_000;

  private final IMap<String, SharedShares> books;
  private final Cluster cluster;
  private final LongSupplier ticker;
  private final ClusterCallMeters meters;
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * The ledger of a member's cluster. Blocks until the cluster has assigned owners: not for an
   * event loop.
   *
   * @param ticker nanoseconds
   */
  public HazelcastShareLedger(ClusterMember member, LongSupplier ticker, ClusterCallMeters meters) {
    this.books = member.hazelcast().getMap(MemberSettings.SHARES);
    this.cluster = member.hazelcast().getCluster();
    this.ticker = ticker;
    this.meters = meters;
    Schemas.publish(member.hazelcast(), new ClaimShare());
    var _ = books.executeOnKey("", ClaimShare.leaving("", 0));
  }

  @Override
  public CompletionStage<Share> claim(BackendKey backend, Claim claim) {
    if (calls.incrementAndGet() > MOST_CALLS) {
      calls.decrementAndGet();
      meters.failed();
      return CompletableFuture.failedStage(
          new RejectedExecutionException(MOST_CALLS + " calls under way"));
    }
    long sent = ticker.getAsLong();
    try {
      String node = ClaimShare.id(cluster.getLocalMember());
      return books
          .submitToKey(backend.toString(), ClaimShare.of(node, claim))
          .whenComplete((_, error) -> done(sent, error == null));
    } catch (RuntimeException e) { // the member is stopping
      done(sent, false);
      return CompletableFuture.failedStage(e);
    }
  }

  private void done(long sent, boolean answered) {
    calls.decrementAndGet();
    if (!answered) {
      meters.failed();
    } else if (ticker.getAsLong() - sent > IN_TIME) {
      meters.late();
    } else {
      meters.ok();
    }
  }

  @Override
  public void leave(BackendKey backend, long number) {
    try {
      String node = ClaimShare.id(cluster.getLocalMember());
      var _ = books.submitToKey(backend.toString(), ClaimShare.leaving(node, number));
    } catch (RuntimeException _) {
      // The member is stopping: whoever claims next sees that it is gone.
    }
  }

  /** Nothing: what others hold may be all there is. */
  @Override
  public int untilAnswered(int limit) {
    return 0;
  }

  /** An even part. */
  @Override
  public int unanswered(int limit, int nodes) {
    return Math.max(1, limit / nodes);
  }
}
