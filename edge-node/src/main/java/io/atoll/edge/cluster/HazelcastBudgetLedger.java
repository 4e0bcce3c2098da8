package io.atoll.edge.cluster;

import com.hazelcast.map.IMap;
import io.atoll.config.MemberSettings;
import io.atoll.edge.ratelimit.BudgetKey;
import io.atoll.edge.ratelimit.BudgetLedger;
import io.atoll.edge.ratelimit.Debt;
import io.atoll.edge.ratelimit.Gcra;
import io.atoll.edge.ratelimit.Grant;
import io.atoll.edge.telemetry.ClusterCallMeters;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The buckets of a cluster: an entry of a map for each, changed on the member that owns it and
 * copied to one more before the answer is given.
 */
public final class HazelcastBudgetLedger implements BudgetLedger {
  /**
   * How long after it was sent a gift counts. Hazelcast repeats a call whose owner died, and cannot
   * know whether it had been done; it does so later than this, as the death has to be noticed.
   */
  private static final long GIVE_BACK_WITHIN_MILLIS = 100;

  private final IMap<String, Long> tats;
  private final SteadyTime clusterTime;
  private final BoundedCalls calls;

  /**
   * The ledger of a member's cluster. Blocks until the cluster knows the types it sends and has
   * assigned owners: not for an event loop.
   *
   * @param ticker nanoseconds of this node that never go back
   */
  public HazelcastBudgetLedger(
      ClusterMember member, LongSupplier ticker, ClusterCallMeters meters) {
    this.tats = member.hazelcast().getMap(MemberSettings.BUDGETS);
    this.clusterTime = SteadyTime.of(member.hazelcast());
    this.calls = new BoundedCalls(ticker, meters);
    Schemas.publish(member.hazelcast(), new ChangeBucket(), new SetBucket(0, 1), new Grant(0, 0));
    var _ = tats.executeOnKey("", ChangeBucket.take(new Gcra(1, 1), 0, Debt.NONE));
  }

  @Override
  public CompletionStage<Grant> take(BudgetKey key, Gcra bucket, int wanted, Debt owed) {
    return call(key, ChangeBucket.take(bucket, wanted, owed));
  }

  @Override
  public CompletionStage<?> giveBack(BudgetKey key, Gcra bucket, int tokens) {
    long latest = clusterTime.millis() + GIVE_BACK_WITHIN_MILLIS;
    return call(key, ChangeBucket.giveBack(bucket, tokens, latest));
  }

  private CompletionStage<Grant> call(BudgetKey key, ChangeBucket change) {
    return calls.make(() -> tats.submitToKey(key.sealed(), change));
  }
}
