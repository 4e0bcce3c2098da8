package io.atoll.edge.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryEvictedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A map of the cluster with a full copy on this node: reading is local and never waits.
 *
 * <p>An entry listener keeps the copy within a round trip of the map. Events can be lost (a full
 * event queue, a member that dies with some unsent), so the whole map is read again every few
 * seconds, when a member is lost, and after a split brain has healed: a lost event delays, and
 * never more. A read that overlaps with events leaves the keys they touched alone, since the event
 * is the later word.
 *
 * <p>While this member joins the other side of a split its maps are empty, then filled again: the
 * copy stays as it was until that has ended.
 *
 * <p>Thread-safe. Fit for maps small enough to be read whole every few seconds.
 */
final class MirroredMap<K, V> implements AutoCloseable {
  /** A member that hangs is given up after 10 s; calls that wait for it end by then, too. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);
  private static final Logger LOG = LoggerFactory.getLogger(MirroredMap.class);

  private final IMap<K, V> map;
  private final HazelcastInstance hazelcast;
  private final Watcher<K, V> watcher;
  private final Map<K, V> copy = new ConcurrentHashMap<>();
  private final Set<K> touched = new HashSet<>();
  private boolean joining;
  private boolean torn;
  private final ScheduledExecutorService reader;
  private final UUID entryListener;
  private final UUID membershipListener;
  private final UUID lifecycleListener;
  private final CountDownLatch firstRead = new CountDownLatch(1);
  private volatile long readAt = System.nanoTime();

  /** Told of each change to the copy, in order, under its lock: must be quick and never block. */
  @FunctionalInterface
  interface Watcher<K, V> {
    /**
     * An entry changed.
     *
     * @param value null: it is gone
     */
    void changed(K key, @Nullable V value);

    /**
     * The whole map was read, and all that was other than before has been told.
     *
     * @param copy what it holds
     */
    default void read(Map<K, V> copy) {}
  }

  /**
   * Opens the copy and reads the map. Blocks until it has been read: not for an event loop.
   *
   * @param name of the map
   * @param every how often the map is read again
   * @throws IllegalStateException where it can't be read for {@link #PATIENCE}
   */
  MirroredMap(ClusterMember member, String name, Duration every, Watcher<K, V> watcher) {
    this.hazelcast = member.hazelcast();
    this.map = hazelcast.getMap(name);
    this.watcher = watcher;
    this.reader =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("mirror of " + name).factory());
    this.entryListener = map.addEntryListener(new Events(), true);
    this.membershipListener = hazelcast.getCluster().addMembershipListener(new Losses());
    this.lifecycleListener =
        hazelcast
            .getLifecycleService()
            .addLifecycleListener(
                event -> {
                  switch (event.getState()) {
                    case MERGING -> joining(true);
                    case MERGED, MERGE_FAILED -> {
                      joining(false);
                      readSoon();
                    }
                    default -> {}
                  }
                });
    awaitFirstRead();
    var _ =
        reader.scheduleWithFixedDelay(
            this::read, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Who follows a map must not begin with less than there is. */
  private void awaitFirstRead() {
    Future<?> tries =
        reader.scheduleWithFixedDelay(this::read, 0, BETWEEN_TRIES.toNanos(), TimeUnit.NANOSECONDS);
    try {
      if (!firstRead.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        close();
        throw new IllegalStateException(map.getName() + " could not be read within " + PATIENCE);
      }
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      tries.cancel(false);
    }
  }

  /** The value as last seen. */
  @Nullable V get(K key) {
    return copy.get(key);
  }

  /** The copy, which goes on changing. */
  Map<K, V> entries() {
    return copy;
  }

  /** Nanoseconds since the whole map was last read. */
  long age() {
    return System.nanoTime() - readAt;
  }

  /** Writes an entry without waiting; the copy follows with the event. */
  CompletionStage<Void> set(K key, V value) {
    return map.setAsync(key, value);
  }

  /** Writes an entry that is dropped when it has not been written again for so long. */
  CompletionStage<Void> set(K key, V value, Duration timeToLive) {
    return map.setAsync(key, value, timeToLive.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Removes an entry without waiting; the copy follows with the event. */
  CompletionStage<Void> remove(K key) {
    return map.removeAsync(key).thenAccept(_ -> {});
  }

  /** Reads the map again, on a thread of its own. */
  void readSoon() {
    try {
      reader.execute(this::read);
    } catch (RejectedExecutionException _) {
      LOG.debug("closed");
    }
  }

  private synchronized void joining(boolean now) {
    joining = now;
    torn = true; // a read that is under way
  }

  private void read() {
    try {
      if (!begin()) {
        return;
      }
      Map<K, V> now = new HashMap<>();
      map.entrySet().forEach(entry -> now.put(entry.getKey(), entry.getValue()));
      take(now);
    } catch (HazelcastInstanceNotActiveException e) {
      LOG.debug("the member is going", e);
    } catch (HazelcastException | IllegalStateException e) {
      LOG.warn("{} could not be read: {}", map.getName(), e.toString());
    }
  }

  private synchronized boolean begin() {
    touched.clear();
    torn = false;
    return !joining;
  }

  private synchronized void take(Map<K, V> now) {
    if (torn) {
      return;
    }
    now.keySet().removeAll(touched);
    now.forEach(this::change);
    Set<K> gone = new HashSet<>(copy.keySet());
    gone.removeAll(now.keySet());
    gone.removeAll(touched);
    gone.forEach(key -> change(key, null));
    watcher.read(copy);
    readAt = System.nanoTime();
    firstRead.countDown();
  }

  private synchronized void event(K key, @Nullable V value) {
    touched.add(key);
    change(key, value);
  }

  private void change(K key, @Nullable V value) {
    V before = value == null ? copy.remove(key) : copy.put(key, value);
    if (value == null ? before != null : !value.equals(before)) {
      watcher.changed(key, value);
    }
  }

  /** Stops following the map; the copy stays as it is. */
  @Override
  public void close() {
    reader.shutdownNow();
    try {
      map.removeEntryListener(entryListener);
      hazelcast.getCluster().removeMembershipListener(membershipListener);
      hazelcast.getLifecycleService().removeLifecycleListener(lifecycleListener);
    } catch (HazelcastInstanceNotActiveException e) {
      LOG.debug("the member went first", e);
    }
  }

  private final class Events
      implements EntryAddedListener<K, V>,
          EntryUpdatedListener<K, V>,
          EntryMergedListener<K, V>,
          EntryRemovedListener<K, V>,
          EntryEvictedListener<K, V>,
          EntryExpiredListener<K, V> {
    @Override
    public void entryAdded(EntryEvent<K, V> event) {
      event(event.getKey(), event.getValue());
    }

    @Override
    public void entryUpdated(EntryEvent<K, V> event) {
      event(event.getKey(), event.getValue());
    }

    @Override
    public void entryMerged(EntryEvent<K, V> event) {
      event(event.getKey(), event.getValue());
    }

    @Override
    public void entryRemoved(EntryEvent<K, V> event) {
      event(event.getKey(), null);
    }

    @Override
    public void entryEvicted(EntryEvent<K, V> event) {
      event(event.getKey(), null);
    }

    @Override
    public void entryExpired(EntryEvent<K, V> event) {
      event(event.getKey(), null);
    }
  }

  private final class Losses implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {}

    @Override
    public void memberRemoved(MembershipEvent event) {
      readSoon();
    }
  }
}
