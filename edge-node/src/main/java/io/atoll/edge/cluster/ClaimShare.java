package io.atoll.edge.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import io.atoll.edge.capacity.Claim;
import io.atoll.edge.capacity.Share;
import io.atoll.edge.capacity.ShareBook;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Claims a share of a backend, or gives it up: runs on the member that owns the key, on the key's
 * own thread, by the members that this one sees and by the cluster's clock. The backup is told the
 * result and computes nothing.
 *
 * <p>No record, as the others that cross the wire are: Hazelcast hands its instance to a setter.
 * Compact serialization takes the fields that aren't transient.
 */
final class ClaimShare
    implements EntryProcessor<String, @Nullable SharedShares, Share>, HazelcastInstanceAware {
  private static final Share NONE = new Share(0, false);

  private String node = "";
  private long number;
  private int limit = 1;
  private int holding;
  private int wanted;
  private boolean leaves;
  private transient @Nullable HazelcastInstance hazelcast;
  private transient @Nullable SetShares result;

  /** For Compact serialization. */
  ClaimShare() {}

  /** Claims for a member. */
  static ClaimShare of(String node, Claim claim) {
    ClaimShare change = new ClaimShare();
    change.node = node;
    change.number = claim.number();
    change.limit = claim.limit();
    change.holding = claim.holding();
    change.wanted = claim.wanted();
    return change;
  }

  /** Gives a member's share up. */
  static ClaimShare leaving(String node, long number) {
    ClaimShare change = new ClaimShare();
    change.node = node;
    change.number = number;
    change.leaves = true;
    return change;
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    this.hazelcast = instance;
  }

  @Override
  public Share process(Entry<String, @Nullable SharedShares> entry) {
    if (hazelcast == null) {
      throw new IllegalStateException("Hazelcast names itself before it runs a processor");
    }
    SharedShares value = entry.getValue();
    ShareBook before = value == null ? null : value.book();
    if (leaves) {
      put(entry, before, before == null ? null : before.without(node, number));
      return NONE;
    }
    long now = hazelcast.getCluster().getClusterTime();
    Set<String> present =
        hazelcast.getCluster().getMembers().stream()
            .map(ClaimShare::id)
            .collect(Collectors.toUnmodifiableSet());
    ShareBook book = before == null ? ShareBook.begun(now) : before;
    ShareBook.Decided decided =
        book.claim(node, new Claim(number, limit, holding, wanted), present, now);
    put(entry, before, decided.book());
    return decided.share();
  }

  private void put(
      Entry<String, @Nullable SharedShares> entry,
      @Nullable ShareBook before,
      @Nullable ShareBook after) {
    if (!Objects.equals(after, before)) {
      result = new SetShares(after == null ? null : SharedShares.of(after));
      result.process(entry);
    }
  }

  @Override
  public @Nullable EntryProcessor<String, @Nullable SharedShares, Share> getBackupProcessor() {
    return result;
  }

  /**
   * By what a book knows a member: a node that comes again, or that joined the other side of a
   * split, is another.
   */
  static String id(Member member) {
    return member.getUuid().toString();
  }
}
