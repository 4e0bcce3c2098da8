package io.atoll.edge.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.map.IMap;
import io.atoll.config.MemberSettings;
import io.atoll.edge.capacity.Claim;
import io.atoll.edge.capacity.Share;
import io.atoll.edge.capacity.ShareLedger;
import io.atoll.edge.health.BackendKey;
import io.atoll.edge.telemetry.ClusterCallMeters;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The shares of a cluster: an entry of a map for each backend, changed on the member that owns it
 * and copied to one more before the answer is given.
 */
public final class HazelcastShareLedger implements ShareLedger {
  private final IMap<String, SharedShares> books;
  private final Cluster cluster;
  private final BoundedCalls calls;

  /**
   * The ledger of a member's cluster. Blocks until the cluster has assigned owners: not for an
   * event loop.
   *
   * @param ticker nanoseconds
   */
  public HazelcastShareLedger(ClusterMember member, LongSupplier ticker, ClusterCallMeters meters) {
    this.books = member.hazelcast().getMap(MemberSettings.SHARES);
    this.cluster = member.hazelcast().getCluster();
    this.calls = new BoundedCalls(ticker, meters);
    Schemas.publish(member.hazelcast(), new ClaimShare());
    var _ = books.executeOnKey("", ClaimShare.leaving("", 0));
  }

  @Override
  public CompletionStage<Share> claim(BackendKey backend, Claim claim) {
    return calls.make(() -> books.submitToKey(backend.toString(), ClaimShare.of(node(), claim)));
  }

  @Override
  public CompletionStage<?> leave(BackendKey backend, long number) {
    return calls.make(
        () -> books.submitToKey(backend.toString(), ClaimShare.leaving(node(), number)));
  }

  private String node() {
    return ClaimShare.id(cluster.getLocalMember());
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
