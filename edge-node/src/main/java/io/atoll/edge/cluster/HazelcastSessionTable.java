package io.atoll.edge.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import io.atoll.edge.session.SessionKey;
import io.atoll.edge.session.SessionTable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * The table that the cluster's nodes share: a map with one backup, changed where an entry is kept.
 * A session's key there is a hash, so that whoever reads the map can't take a session over. Times
 * to live are good to the second. Thread-safe; construction blocks.
 */
public final class HazelcastSessionTable implements SessionTable {
  private static final int HASH = 16;

  private final IMap<String, Binding> map;
  private final Cache<String, SessionKey> asked;

  /**
   * Opens the table.
   *
   * @param remembered sessions this node hears of when they move; as many as it keeps copies of
   */
  public HazelcastSessionTable(ClusterMember member, long remembered) {
    map = member.hazelcast().getMap(MemberSettings.SESSIONS);
    BackendAddress any = new BackendAddress("http", "localhost", 80);
    Schemas.publish(
        member.hazelcast(),
        new SessionRecords.Find(1),
        new SessionRecords.Bind(any, 1),
        new SessionRecords.Move(any, 1, 1),
        new SessionRecords.NewerWins(),
        Binding.first(any));
    asked =
        Caffeine.newBuilder()
            .maximumSize(remembered)
            .expireAfterWrite(Duration.ofMinutes(1)) // longer than any local copy lives
            .build();
  }

  @Override
  public CompletionStage<Optional<Binding>> find(SessionKey key, Duration ttl) {
    return map.submitToKey(name(key), new SessionRecords.Find(ttl.toMillis()))
        .thenApply(Optional::ofNullable);
  }

  @Override
  public CompletionStage<Binding> bind(SessionKey key, BackendAddress candidate, Duration ttl) {
    return map.submitToKey(name(key), new SessionRecords.Bind(candidate, ttl.toMillis()));
  }

  @Override
  public CompletionStage<Binding> move(
      SessionKey key, long expected, BackendAddress to, Duration ttl) {
    return map.submitToKey(name(key), new SessionRecords.Move(to, expected, ttl.toMillis()));
  }

  @Override
  public void onMoved(BiConsumer<SessionKey, Binding> listener) {
    // One of Hazelcast's own: a joining member is told of listeners before it can ask for a shape.
    Predicate<String, Binding> moved = Predicates.greaterThan("version", Binding.FIRST);
    EntryUpdatedListener<String, Binding> updated = event -> tell(event, listener);
    EntryMergedListener<String, Binding> merged = event -> tell(event, listener);
    map.addEntryListener(updated, moved, true);
    map.addEntryListener(merged, moved, true);
  }

  private void tell(EntryEvent<String, Binding> event, BiConsumer<SessionKey, Binding> listener) {
    SessionKey key = asked.getIfPresent(event.getKey());
    if (key != null) {
      listener.accept(key, event.getValue());
    }
  }

  /** What the map calls a session; whoever asks will be told of its moves. */
  private String name(SessionKey key) {
    String name = hash(key);
    asked.put(name, key);
    return name;
  }

  static String hash(SessionKey key) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(key.upstream().getBytes(UTF_8));
      sha.update((byte) 0);
      byte[] hash = sha.digest(key.id().getBytes(UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, HASH));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }
}
