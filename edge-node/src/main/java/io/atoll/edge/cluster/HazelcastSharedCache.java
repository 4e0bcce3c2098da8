package io.atoll.edge.cluster;

import com.hazelcast.map.IMap;
import io.atoll.config.MemberSettings;
import io.atoll.edge.cache.Freshness;
import io.atoll.edge.cache.PurgeIndex;
import io.atoll.edge.cache.SharedCache;
import io.atoll.edge.cache.StoredHead;
import io.atoll.edge.cache.StoredResponse;
import io.atoll.edge.telemetry.ClusterCallMeters;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * L2 in two maps: heads, with bodies up to 16 KiB beside them, and larger bodies in chunks of 64
 * KiB. Heads are written last, so that whoever finds a head finds its body, unless eviction took a
 * chunk: then nothing was found.
 */
public final class HazelcastSharedCache implements SharedCache {
  private static final Duration HEAD_DEADLINE = Duration.ofMillis(75);
  private static final Duration BODY_DEADLINE = Duration.ofMillis(500);
  private static final Duration STORE_DEADLINE = Duration.ofSeconds(5);
  private static final int AT_ONCE = 8;
  private static final int MOST_VARIANTS = 16;

  /** Bytes on their way into the cluster; what exceeds them is not shared. */
  private static final long MOST_UNDER_WAY = 64L << 20;

  private final IMap<String, @Nullable SharedHeads> heads;
  private final IMap<String, byte[]> bodies;
  private final PurgeIndex purges;
  private final CallsInTime calls;
  private final InstantSource clock;
  private final Executor background;
  private final int mostBody;
  private final Duration headDeadline;
  private final AtomicLong underWay = new AtomicLong();

  /**
   * L2 of a member's cluster.
   *
   * @param mostBody bytes; larger bodies stay in L1
   * @param purges this node's, for the era that what is found belongs to
   * @param clock wall time
   * @param background serializes large bodies; not an event loop
   */
  public HazelcastSharedCache(
      ClusterMember member,
      int mostBody,
      PurgeIndex purges,
      ClusterCallMeters meters,
      InstantSource clock,
      Executor background) {
    this(member, mostBody, purges, meters, clock, background, HEAD_DEADLINE);
  }

  HazelcastSharedCache(
      ClusterMember member,
      int mostBody,
      PurgeIndex purges,
      ClusterCallMeters meters,
      InstantSource clock,
      Executor background,
      Duration headDeadline) {
    this.headDeadline = headDeadline;
    this.heads = member.hazelcast().getMap(MemberSettings.RESPONSES);
    this.bodies = member.hazelcast().getMap(MemberSettings.BODIES);
    this.mostBody = mostBody;
    this.purges = purges;
    this.calls = new CallsInTime(meters);
    this.clock = clock;
    this.background = background;
  }

  @Override
  public CompletionStage<@Nullable StoredResponse> find(String key, Predicate<StoredHead> wanted) {
    int era = purges.mark().era();
    return calls
        .or(() -> heads.getAsync(key), headDeadline, null)
        .thenCompose(found -> body(choose(found, wanted, era), era));
  }

  private static @Nullable SharedHead choose(
      @Nullable SharedHeads found, Predicate<StoredHead> wanted, int era) {
    if (found != null) {
      for (SharedHead variant : found.variants()) {
        if (wanted.test(variant.head(era))) {
          return variant;
        }
      }
    }
    return null;
  }

  private CompletionStage<@Nullable StoredResponse> body(@Nullable SharedHead head, int era) {
    if (head == null) {
      return CompletableFuture.completedStage(null);
    }
    byte[] inline = head.inline();
    if (inline != null) {
      return CompletableFuture.completedStage(new StoredResponse(head.head(era), inline));
    }
    byte[] body = new byte[head.bodyLength()];
    return calls
        .or(() -> fetch(head.bodyId(), body), BODY_DEADLINE, false)
        .thenApply(whole -> whole ? new StoredResponse(head.head(era), body) : null);
  }

  private CompletionStage<Boolean> fetch(String bodyId, byte[] into) {
    return inTurn(
        BodyChunks.count(into.length),
        i -> bodies.getAsync(BodyChunks.key(bodyId, i)).thenApply(chunk -> put(into, i, chunk)));
  }

  private static boolean put(byte[] body, int index, byte @Nullable [] chunk) {
    if (chunk == null || chunk.length != BodyChunks.length(body.length, index)) {
      return false;
    }
    System.arraycopy(chunk, 0, body, index * BodyChunks.SIZE, chunk.length);
    return true;
  }

  @Override
  public CompletionStage<Void> store(String key, StoredResponse response) {
    int length = response.body().length;
    if (length > mostBody) {
      return CompletableFuture.completedStage(null);
    }
    if (length <= BodyChunks.INLINE) {
      return add(key, SharedHead.of(response, true));
    }
    if (underWay.addAndGet(length) > MOST_UNDER_WAY) {
      underWay.addAndGet(-length);
      return CompletableFuture.completedStage(null);
    }
    return calls
        .or(
            () ->
                CompletableFuture.supplyAsync(() -> chunks(response), background)
                    .thenCompose(chunks -> chunks),
            STORE_DEADLINE,
            false)
        .thenCompose(
            whole -> {
              underWay.addAndGet(-length);
              return whole
                  ? add(key, SharedHead.of(response, false))
                  : CompletableFuture.<Void>completedStage(null);
            });
  }

  private CompletionStage<Boolean> chunks(StoredResponse response) {
    byte[] body = response.body();
    String id = response.head().bodyId();
    // As long as anything may live, for a revalidation prolongs the head alone.
    long ttl = Freshness.LONGEST.toMillis();
    return inTurn(
        BodyChunks.count(body.length),
        i -> {
          int from = i * BodyChunks.SIZE;
          byte[] chunk = Arrays.copyOfRange(body, from, from + BodyChunks.length(body.length, i));
          return bodies
              .setAsync(BodyChunks.key(id, i), chunk, ttl, TimeUnit.MILLISECONDS)
              .thenApply(_ -> true);
        });
  }

  private CompletionStage<Void> add(String key, SharedHead head) {
    AddVariant adding = new AddVariant(head, MOST_VARIANTS, clock.millis());
    return calls
        .or(() -> heads.submitToKey(key, adding), STORE_DEADLINE, new String[0])
        .thenAccept(this::delete);
  }

  private void delete(String[] chunks) {
    for (String chunk : chunks) {
      var _ = bodies.removeAsync(chunk);
    }
  }

  @Override
  public CompletionStage<Void> refresh(String key, StoredResponse response) {
    int length = response.body().length;
    if (length <= BodyChunks.INLINE || length > mostBody) {
      return store(key, response);
    }
    // The head must not outlive the chunks.
    long chunksUntil = response.head().bodySinceMillis() + Freshness.LONGEST.toMillis();
    SharedHead head = SharedHead.of(response, false);
    return chunksUntil < head.keptUntilMillis() ? store(key, response) : add(key, head);
  }

  @Override
  public CompletionStage<Boolean> remove(String key) {
    return calls.or(() -> heads.removeAsync(key).thenApply(this::removed), headDeadline, true);
  }

  private boolean removed(@Nullable SharedHeads before) {
    if (before == null) {
      return false;
    }
    for (SharedHead head : before.variants()) {
      if (head.inline() == null) {
        delete(BodyChunks.keys(head.bodyId(), head.bodyLength()));
      }
    }
    return true;
  }

  /**
   * Makes so many calls, a few at a time; true if all said so. Stops after the first that did not.
   */
  private static CompletionStage<Boolean> inTurn(
      int count, IntFunction<CompletionStage<Boolean>> call) {
    return from(0, count, call);
  }

  private static CompletionStage<Boolean> from(
      int first, int count, IntFunction<CompletionStage<Boolean>> call) {
    if (first >= count) {
      return CompletableFuture.completedStage(true);
    }
    CompletionStage<Boolean> all = CompletableFuture.completedStage(true);
    int last = Math.min(count, first + AT_ONCE);
    for (int i = first; i < last; i++) {
      all = all.thenCombine(call.apply(i), Boolean::logicalAnd);
    }
    return all.thenCompose(
        whole -> whole ? from(last, count, call) : CompletableFuture.completedStage(false));
  }
}
