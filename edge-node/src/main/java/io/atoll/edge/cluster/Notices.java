package io.atoll.edge.cluster;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.atoll.edge.telemetry.ClusterCallMeters;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other in a map that every one of them mirrors: each entry has one node as
 * its only writer, and its change is the message. Putting up and taking down never wait and may be
 * lost; of one entry the newest is on its way, by the rules of {@link Outbox}. Thread-safe.
 */
final class Notices<K, V> implements AutoCloseable {
  private static final Duration READ_AGAIN = Duration.ofSeconds(5);
  private static final Duration DEADLINE = Duration.ofMillis(250);

  private final Duration lives;
  private final ClusterCallMeters calls;
  private final MirroredMap<K, V> map;
  private final Outbox<K, Optional<V>> outbox;

  /**
   * Opens the map and reads it. Blocks: not for an event loop.
   *
   * @param name of the map
   * @param lives after so long an entry goes that was not put up again
   * @param atOnce changes of an entry that don't wait for each other
   * @param watcher told of all entries, this node's own too
   */
  Notices(
      ClusterMember member,
      String name,
      Duration lives,
      int atOnce,
      ClusterCallMeters calls,
      MirroredMap.Watcher<K, V> watcher) {
    this.lives = lives;
    this.calls = calls;
    this.map = new MirroredMap<>(member, name, READ_AGAIN, watcher);
    this.outbox = new Outbox<>(this::send, DEADLINE, atOnce);
  }

  /** Puts an entry of this node up, in place of what it said before. */
  void put(K key, V value) {
    outbox.put(key, Optional.of(value));
  }

  /** Takes an entry of this node down. */
  void remove(K key) {
    outbox.put(key, Optional.empty());
  }

  private CompletionStage<Void> send(K key, Optional<V> value) {
    CompletionStage<Void> sent;
    try {
      sent = value.isPresent() ? map.set(key, value.get(), lives) : map.remove(key);
    } catch (HazelcastInstanceNotActiveException going) {
      sent = CompletableFuture.failedStage(going);
    }
    var _ =
        sent.toCompletableFuture()
            .copy()
            .orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((_, failure) -> count(failure));
    return sent;
  }

  private void count(@Nullable Throwable failure) {
    if (failure == null) {
      calls.ok();
    } else if (failure instanceof TimeoutException) {
      calls.late();
    } else {
      calls.failed();
    }
  }

  /** Stops following the map; what this node put up stays. */
  @Override
  public void close() {
    map.close();
  }
}
