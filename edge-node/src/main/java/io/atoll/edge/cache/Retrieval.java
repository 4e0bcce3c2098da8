package io.atoll.edge.cache;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Outcome;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to one request that L1 could not answer. Confined to the exchange's event loop.
 *
 * <p>Of all requests of a node for the same key one leads, the others wait for it. The leader asks
 * L2, then the cluster for the right to fetch. If another node fetches, it asks again after 1, 2,
 * 4, 8, 10, 10… ms until that node has stored the response in L2 (or has died, and the right is
 * free again). Else it fetches. Every wait has an end: after the first, one of those who waited
 * leads anew, for a fetch that takes that long may hang; after another the request fetches for
 * itself.
 */
final class Retrieval {
  /** Longest wait for another request's fetch, on this node or another. */
  private static final long MOST_WAIT_MILLIS = FillLeases.LONGEST.toMillis();

  private static final long MOST_POLL_MILLIS = 10;
  private static final int MOST_ROUNDS = 3;
  private static final Logger LOG = LoggerFactory.getLogger(Retrieval.class);

  private final CacheHandler handler;
  private final ResponseCache cache;
  private final Exchange exchange;
  private final MultiMap request;
  private final CacheControl asked;
  private final String primary;
  private final int round;
  private final @Nullable StoredResource seen;
  private final Lead alone;
  private final long begunNanos;
  private @Nullable StoredResponse stale;
  private long pollMillis = 1;
  private boolean resumed;

  Retrieval(
      CacheHandler handler,
      Exchange exchange,
      CacheControl asked,
      String primary,
      @Nullable StoredResource resource,
      @Nullable StoredResponse stale,
      int round) {
    this.handler = handler;
    this.cache = handler.cache();
    this.exchange = exchange;
    this.request = exchange.request().headers();
    this.asked = asked;
    this.primary = primary;
    this.round = round;
    this.seen = resource;
    this.stale = stale;
    // Once it is known what the responses vary on, requests for different variants don't wait for
    // each other.
    String key =
        resource == null
            ? primary
            : primary + resource.variants().getFirst().head().vary().discriminator(request::getAll);
    this.alone = Lead.alone(cache, FillKey.of(key));
    this.begunNanos = cache.ticker().getAsLong();
  }

  void begin() {
    if (round >= MOST_ROUNDS) {
      fetchAlone();
    } else if (request.contains(HttpHeaders.AUTHORIZATION)) {
      passAlone(BypassReason.AUTHORIZATION);
    } else if (asked.noStore()) {
      passAlone(BypassReason.NO_STORE);
    } else if (stale != null && stale.head().alwaysStale()) {
      // Each use needs the origin's word: one answer of the origin is not for all who wait.
      fetchAlone();
    } else if (stale == null && cache.fills().remembered(alone.key())) {
      passAlone(BypassReason.REMEMBERED);
    } else {
      leadOrWait();
    }
  }

  private void leadOrWait() {
    Fill mine = cache.fills().fill();
    Fill theirs = cache.fills().begin(alone.key(), mine);
    if (theirs == null) {
      lead(new Lead(cache, alone.key(), mine, Lead.NO_LEASE));
      return;
    }
    long timer = vertx().setTimer(MOST_WAIT_MILLIS, _ -> waitedTooLong());
    Fill.Joined joined =
        theirs.join(
            result -> exchange.context().runOnContext(_ -> resume(result, timer)),
            Fills.MOST_WAITING);
    switch (joined) {
      case WAITING -> {}
      case OVER -> {
        vertx().cancelTimer(timer);
        again();
      }
      case FULL -> {
        vertx().cancelTimer(timer);
        handler.meters().refused(BypassReason.BUSY.word());
        fetchAlone();
      }
    }
  }

  private void waitedTooLong() {
    if (!resumed && !exchange.gone()) {
      resumed = true;
      // The fetch is past its time by now, so that the first who comes here leads the others.
      handler.lookUp(exchange, primary, Math.max(round + 1, MOST_ROUNDS - 1));
    }
  }

  private void resume(Fill.Result result, long timer) {
    vertx().cancelTimer(timer);
    if (resumed || exchange.gone()) {
      return;
    }
    resumed = true;
    switch (result) {
      case Fill.Result.Stored(StoredResponse response) -> collapsed(response);
      case Fill.Result.Uncacheable() -> fetchAlone();
      case Fill.Result.Failed(var failure) -> {
        handler.meters().collapsed();
        exchange.cacheStatus(CacheStatus.collapsed(why()));
        exchange.fail(failure);
      }
      case Fill.Result.Abandoned() -> again();
    }
  }

  private void collapsed(StoredResponse response) {
    StoredHead head = response.head();
    if (!head.matches(request) || cache.standing(primary, response) != Standing.CURRENT) {
      again();
    } else if (head.alwaysStale()) {
      stale = response;
      fetchAlone();
    } else {
      handler.meters().collapsed();
      exchange.cacheStatus(CacheStatus.collapsed(why()));
      handler.answer(exchange, response);
    }
  }

  private void again() {
    handler.lookUp(exchange, primary, round + 1);
  }

  private void lead(Lead lead) {
    if (Objects.equals(cache.local().find(primary), seen)) {
      askShared(lead, false);
    } else {
      // Another loop's fetch ended between this request's look into L1 and its becoming the leader.
      lead.abandoned();
      again();
    }
  }

  private void askShared(Lead lead, boolean justStored) {
    then(
        lead,
        cache.shared().find(primary, head -> head.matches(request)),
        null,
        found -> foundShared(lead, found, justStored));
  }

  private void foundShared(Lead lead, @Nullable StoredResponse found, boolean justStored) {
    if (exchange.gone()) {
      lead.abandoned();
      return;
    }
    Standing standing = found == null ? Standing.PURGED : cache.standing(primary, found);
    if (found != null && standing != Standing.PURGED) {
      long now = cache.clock().millis();
      if (standing == Standing.CURRENT && found.head().fresh(now)) {
        cache.local().store(primary, found);
        lead.stored(found, null);
        handler.meters().hitShared();
        long ttl = found.head().freshness().remainingMillis(now) / 1000;
        exchange.cacheStatus(CacheStatus.hitShared(ttl));
        handler.answer(exchange, found);
        return;
      }
      if (stale == null && found.head().hasValidator()) {
        stale = found;
      }
    }
    acquire(lead, justStored);
  }

  private void acquire(Lead lead, boolean anyway) {
    then(
        lead,
        cache.leases().acquire(lead.key(), anyway),
        new FillLeases.Answer.Unknown(),
        answer -> answered(lead, answer));
  }

  private void answered(Lead lead, FillLeases.Answer answer) {
    if (answer instanceof FillLeases.Answer.Granted(long token)) {
      fetch(lead.withLease(token));
    } else if (exchange.gone()) {
      lead.abandoned();
    } else {
      switch (answer) {
        case FillLeases.Answer.Granted _ -> {}
        case FillLeases.Answer.Held() -> poll(lead);
        case FillLeases.Answer.Stored() -> askShared(lead, true);
        case FillLeases.Answer.Pass() -> {
          lead.uncacheable(true);
          fetchAlone();
        }
        case FillLeases.Answer.Unknown() -> fetch(lead);
      }
    }
  }

  private void poll(Lead lead) {
    long waited = TimeUnit.NANOSECONDS.toMillis(cache.ticker().getAsLong() - begunNanos);
    if (waited >= MOST_WAIT_MILLIS) {
      fetch(lead);
      return;
    }
    vertx().setTimer(pollMillis, _ -> acquire(lead, false));
    pollMillis = Math.min(MOST_POLL_MILLIS, pollMillis * 2);
  }

  private void fetchAlone() {
    fetch(alone);
  }

  /** Fetches with the client's own conditions, as its response is hardly of use to others. */
  private void passAlone(BypassReason reason) {
    handler.meters().refused(reason.word());
    new Filling(handler, exchange, asked, primary, null, why(), alone).fetchAsAsked();
  }

  private void fetch(Lead lead) {
    if (lead.fill() != null && exchange.gone()) {
      lead.abandoned();
      return;
    }
    new Filling(handler, exchange, asked, primary, stale, why(), lead).fetch();
  }

  private CacheStatus.Forward why() {
    if (stale != null) {
      return CacheStatus.Forward.STALE;
    }
    return seen == null ? CacheStatus.Forward.URI_MISS : CacheStatus.Forward.VARY_MISS;
  }

  private Vertx vertx() {
    return exchange.context().owner();
  }

  /**
   * Goes on with the outcome on the exchange's event loop: at once where it is there.
   *
   * @param otherwise the outcome of a stage that broke its promise not to fail
   */
  private <T extends @Nullable Object> void then(
      Lead lead, CompletionStage<T> stage, T otherwise, Consumer<T> next) {
    var future =
        stage
            .handle((outcome, failure) -> failure == null ? outcome : otherwise)
            .toCompletableFuture();
    if (future.isDone()) {
      orFail(lead, () -> next.accept(future.join()));
    } else {
      var _ =
          future.thenAccept(
              outcome ->
                  exchange.context().runOnContext(_ -> orFail(lead, () -> next.accept(outcome))));
    }
  }

  /** Whatever goes wrong here, nobody may be left to wait for this request. */
  private void orFail(Lead lead, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.error("A request could not be looked up in the cache", e);
      Failure failure = Failure.of(Outcome.INTERNAL, "the cache failed");
      lead.failed(failure);
      exchange.fail(failure);
    }
  }
}
