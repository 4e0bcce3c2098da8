package io.atoll.edge.cluster;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import io.atoll.config.MemberSettings;
import io.atoll.edge.discovery.BackendRoster;
import io.atoll.edge.discovery.Orders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roster of the cluster: a map with one entry an upstream, changed where it is kept, that every
 * node mirrors. Each node keeps the latest that it heard; where the map has less, because more
 * members went at once than there are copies, it puts that back.
 */
public final class HazelcastBackendRoster implements BackendRoster {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastBackendRoster.class);
  private static final Duration READ_AGAIN = Duration.ofSeconds(5);
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final IMap<String, SharedOrders> map;
  private final Map<String, Orders> latest = new ConcurrentHashMap<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
  private final MirroredMap<String, SharedOrders> mirror;

  private HazelcastBackendRoster(ClusterMember member) {
    this.map = member.hazelcast().getMap(MemberSettings.ORDERS);
    this.mirror = new MirroredMap<>(member, MemberSettings.ORDERS, READ_AGAIN, new Follower());
  }

  /** Opens the roster and reads it. Blocks: not for an event loop. */
  public static HazelcastBackendRoster open(ClusterMember member) {
    return new HazelcastBackendRoster(member);
  }

  @Override
  public Orders orders(String upstream) {
    return latest.getOrDefault(upstream, Orders.NONE);
  }

  @Override
  public CompletionStage<Orders> replace(String upstream, long expected, Orders next) {
    try {
      return map.submitToKey(upstream, new OrderRecords.Replace(expected, SharedOrders.of(next)))
          .toCompletableFuture()
          .copy()
          .orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          .thenApply(
              held -> {
                Orders now = held.read();
                heard(upstream, now);
                return now;
              });
    } catch (HazelcastInstanceNotActiveException going) {
      return CompletableFuture.failedStage(going);
    }
  }

  private final class Follower implements MirroredMap.Watcher<String, SharedOrders> {
    @Override
    public void changed(String upstream, @Nullable SharedOrders orders) {
      Orders now = orders == null ? Orders.NONE : orders.read();
      Orders known = heard(upstream, now);
      if (known.version() > now.version()) {
        restore(upstream, now, known);
      }
    }

    /** What could not be put back is, after another reading. */
    @Override
    public void read(Map<String, SharedOrders> copy) {
      latest.keySet().forEach(upstream -> changed(upstream, copy.get(upstream)));
    }
  }

  /** Takes over what is not older than what is known; the later of the two. */
  private Orders heard(String upstream, Orders now) {
    Orders before = orders(upstream);
    Orders known =
        latest.merge(upstream, now, (old, late) -> late.version() < old.version() ? old : late);
    if (!known.equals(before)) {
      listeners.forEach(listener -> listener.accept(upstream));
    }
    return known;
  }

  /** An event that came late does no harm: the map is then at another version than it says. */
  private void restore(String upstream, Orders seen, Orders known) {
    Orders whole = seen.version() == 0 ? known : Orders.merged(known, seen);
    LOG.debug("orders of upstream {}: {} is put back over {}", upstream, whole, seen);
    var _ =
        replace(upstream, seen.version(), whole)
            .exceptionally(
                failure -> {
                  LOG.warn("orders of upstream {} could not be put back yet", upstream, failure);
                  return seen;
                });
  }

  @Override
  public void watch(Consumer<String> listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    mirror.close();
  }
}
