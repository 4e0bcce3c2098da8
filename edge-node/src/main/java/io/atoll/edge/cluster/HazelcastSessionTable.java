package io.atoll.edge.cluster;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import io.atoll.config.BackendAddress;
import io.atoll.config.MemberSettings;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.KeyedHash;
import io.atoll.edge.session.SessionKey;
import io.atoll.edge.session.SessionTable;
import io.atoll.edge.session.Use;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * The table that the cluster's nodes share: a map with one backup, changed where an entry is kept.
 * A session's key there is a keyed hash, so that whoever reads the map can't take a session over.
 * Times to live are good to the second. Thread-safe; construction blocks.
 */
public final class HazelcastSessionTable implements SessionTable {
  private final IMap<String, Binding> map;
  private final KeyedHash hash;
  private final Cache<String, SessionKey> asked;

  /**
   * Opens the table.
   *
   * @param hash names sessions in the map, the same on all nodes
   * @param remembered sessions this node hears of when they change; as many as it keeps copies of
   */
  public HazelcastSessionTable(ClusterMember member, KeyedHash hash, long remembered) {
    this.hash = hash;
    map = member.hazelcast().getMap(MemberSettings.SESSIONS);
    asked =
        Caffeine.newBuilder()
            .maximumSize(remembered)
            .expireAfterWrite(Duration.ofMinutes(1)) // longer than any local copy lives
            .build();
  }

  @Override
  public CompletionStage<Optional<Binding>> find(SessionKey key, Use use) {
    return map.submitToKey(name(key), new SessionRecords.Find(use)).thenApply(Optional::ofNullable);
  }

  @Override
  public CompletionStage<Binding> bind(SessionKey key, BackendAddress candidate, Use use) {
    return map.submitToKey(name(key), new SessionRecords.Bind(candidate, use));
  }

  @Override
  public CompletionStage<Binding> move(SessionKey key, long expected, BackendAddress to, Use use) {
    return map.submitToKey(name(key), new SessionRecords.Move(to, expected, use));
  }

  @Override
  public CompletionStage<Boolean> end(SessionKey key, Use use) {
    return map.submitToKey(name(key), new SessionRecords.End(use)).thenApply(Objects::nonNull);
  }

  @Override
  public void onChanged(BiConsumer<SessionKey, Binding> listener) {
    // One of Hazelcast's own: a joining member is told of listeners before it can ask for a shape.
    Predicate<String, Binding> changed = Predicates.greaterThan("version", Binding.FIRST);
    EntryUpdatedListener<String, Binding> updated = event -> tell(event, listener);
    EntryMergedListener<String, Binding> merged = event -> tell(event, listener);
    map.addEntryListener(updated, changed, true);
    map.addEntryListener(merged, changed, true);
  }

  private void tell(EntryEvent<String, Binding> event, BiConsumer<SessionKey, Binding> listener) {
    SessionKey key = asked.getIfPresent(event.getKey());
    if (key != null) {
      listener.accept(key, event.getValue());
    }
  }

  /** What the map calls a session; whoever asks will be told of its changes. */
  private String name(SessionKey key) {
    String name = hash.name(key);
    asked.put(name, key);
    return name;
  }
}
