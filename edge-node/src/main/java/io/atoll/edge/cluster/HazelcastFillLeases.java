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
    this.calls = new CallsInTime(meters);
  }

  @Override
  public CompletionStage<Answer> acquire(String key, boolean anyway) {
    long token = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
    return ask(key, token, anyway, "")
        .thenCompose(
            reply ->
                reply.word().equals("held") && gone(reply.holder())
                    ? ask(key, token, anyway, reply.holder())
                    : CompletableFuture.completedStage(reply))
        .exceptionally(_ -> TOO_LATE) // the member is shutting down
        .thenApply(reply -> answer(key, token, reply));
  }

  /** What was not answered in time may be granted later, to nobody: so it is given back. */
  private Answer answer(String key, long token, LeaseReply reply) {
    if (reply.equals(TOO_LATE)) {
      release(key, token, End.FAILED);
    }
    return reply.answer(token);
  }

  /** Not the node's name: a node that starts again keeps it, and has none of its old leases. */
  private String self() {
    return hazelcast.getCluster().getLocalMember().getUuid().toString();
  }

  private CompletionStage<LeaseReply> ask(String key, long token, boolean anyway, String gone) {
    return calls.or(
        () -> leases.submitToKey(key, new AcquireLease(self(), token, anyway, gone)),
        deadline,
        TOO_LATE);
  }

  private boolean gone(String holder) {
    for (Member member : hazelcast.getCluster().getMembers()) {
      if (member.getUuid().toString().equals(holder)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void release(String key, long token, End end) {
    ReleaseLease releasing = new ReleaseLease(token, end.name());
    // Also while hardly any calls are made: all other nodes would wait for a lease not given back.
    var _ = calls.anyway(() -> leases.submitToKey(key, releasing), deadline, false);
  }
}
