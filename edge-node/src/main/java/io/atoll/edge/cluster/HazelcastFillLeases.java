package io.atoll.edge.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.atoll.config.MemberSettings;
import io.atoll.edge.cache.FillLease;
import io.atoll.edge.cache.FillLeases;
import io.atoll.edge.telemetry.ClusterCallMeters;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Leases kept by the owners of the keys. A lease whose holder has left the cluster is free. */
public final class HazelcastFillLeases implements FillLeases {
  /** Longer than other calls': who is told nothing fetches, and the origin is what is spared. */
  private static final Duration DEADLINE = Duration.ofMillis(150);

  private static final LeaseReply TOO_LATE = new LeaseReply("unknown", "");

  private final HazelcastInstance hazelcast;
  private final IMap<String, @Nullable FillLease> leases;
  private final String nodeId;
  private final CallsInTime calls;
  private final Duration deadline;

  /** Leases of a member's cluster. */
  public HazelcastFillLeases(ClusterMember member, ClusterCallMeters meters) {
    this(member, meters, DEADLINE);
  }

  HazelcastFillLeases(ClusterMember member, ClusterCallMeters meters, Duration deadline) {
    this.deadline = deadline;
    this.hazelcast = member.hazelcast();
    this.leases = hazelcast.getMap(MemberSettings.FILLS);
    this.nodeId = MemberNames.of(hazelcast.getCluster().getLocalMember());
    this.calls = new CallsInTime(meters);
  }

  @Override
  public CompletionStage<Answer> acquire(String key, boolean anyway) {
    long token = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
    return ask(key, new AcquireLease(nodeId, token, anyway, ""))
        .thenCompose(
            reply ->
                reply.word().equals("held") && gone(reply.holder())
                    ? ask(key, new AcquireLease(nodeId, token, anyway, reply.holder()))
                    : CompletableFuture.completedStage(reply))
        .thenApply(reply -> reply.answer(token));
  }

  private CompletionStage<LeaseReply> ask(String key, AcquireLease question) {
    return calls.or(() -> leases.submitToKey(key, question), deadline, TOO_LATE);
  }

  private boolean gone(String holder) {
    for (Member member : hazelcast.getCluster().getMembers()) {
      if (MemberNames.of(member).equals(holder)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void release(String key, long token, End end) {
    ReleaseLease releasing = new ReleaseLease(token, end.name());
    var _ = calls.or(() -> leases.submitToKey(key, releasing), deadline, false);
  }
}
