package io.atoll.edge.cluster;

import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import io.atoll.config.BackendAddress;
import io.atoll.config.MemberSettings;
import io.atoll.edge.session.Binding;
import io.atoll.edge.session.SessionIndex;
import io.atoll.edge.session.Use;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The table that the cluster's nodes share, as operators see it. Every member looks through its own
 * entries; a page or a sum goes over the wire, not the table. Thread-safe.
 */
public final class HazelcastSessionIndex implements SessionIndex {
  private static final Duration DEADLINE = Duration.ofSeconds(15);
  private static final int AT_ONCE = 2;

  private final IMap<String, Binding> map;
  private final Executor blocking;
  private final Semaphore asking = new Semaphore(AT_ONCE);
  private final AtomicBoolean counting = new AtomicBoolean();
  private volatile long kept;

  /**
   * Looks at the table of a member.
   *
   * @param blocking runs what waits for other members
   */
  public HazelcastSessionIndex(ClusterMember member, Executor blocking) {
    this.map = member.hazelcast().getMap(MemberSettings.SESSIONS);
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<Counts> count(String upstream, List<BackendAddress> backends) {
    return ask(() -> map.aggregate(CountSessions.on(backends), living(upstream, "", null)));
  }

  /** Of each member the first entries by key; the first of these are the page. */
  @Override
  public CompletionStage<List<Listed>> list(
      String upstream, @Nullable BackendAddress at, String after, int limit) {
    return ask(
        () ->
            map.aggregate(FirstSessions.of(limit), living(upstream, after, at)).stream()
                .map(entry -> new Listed(handle(upstream, entry), entry.getValue()))
                .toList());
  }

  private static String handle(String upstream, Map.Entry<String, Binding> entry) {
    return entry.getKey().substring(upstream.length() + 1);
  }

  @Override
  public CompletionStage<Boolean> end(String upstream, String handle, Use use) {
    return map.submitToKey(upstream + '/' + handle, new SessionRecords.End(use))
        .thenApply(Objects::nonNull)
        .toCompletableFuture()
        .copy()
        .orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletionStage<Long> endAll(String upstream, BackendAddress at, Use use) {
    return ask(
        () ->
            (long)
                map.executeOnEntries(new SessionRecords.End(use), living(upstream, "", at)).size());
  }

  /**
   * As of when it was asked last: while copies of partitions are being placed, after the loss of a
   * member say, Hazelcast's statistics sleep until they are, for each partition anew.
   */
  @Override
  public long kept() {
    if (counting.compareAndSet(false, true)) {
      var _ =
          CompletableFuture.runAsync(
                  () -> kept = map.getLocalMapStats().getOwnedEntryCount(), blocking)
              .whenComplete((_, _) -> counting.set(false));
    }
    return kept;
  }

  /** Keys are an upstream's name, a slash, which no name has, and a handle; '0' follows '/'. */
  private static Predicate<String, Binding> living(
      String upstream, String after, @Nullable BackendAddress at) {
    Predicate<String, Binding> all =
        Predicates.and(
            Predicates.greaterThan("__key", upstream + '/' + after),
            Predicates.lessThan("__key", upstream + '0'),
            Predicates.equal("ended", false));
    return at == null
        ? all
        : Predicates.and(
            all,
            Predicates.equal("backend.host", at.host()),
            Predicates.equal("backend.port", at.port()));
  }

  private <T> CompletionStage<T> ask(Supplier<T> question) {
    if (!asking.tryAcquire()) {
      return CompletableFuture.failedStage(
          new RejectedExecutionException("others are looking through the sessions"));
    }
    CompletableFuture<T> answer = CompletableFuture.supplyAsync(question, blocking);
    var _ = answer.whenComplete((_, _) -> asking.release());
    return answer.copy().orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
