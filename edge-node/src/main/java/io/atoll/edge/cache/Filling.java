package io.atoll.edge.cache;

import io.atoll.config.RouteConfig;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fetch from the origin on behalf of the cache, and where its response goes: to the client that
 * asked, and into the store if it may be stored. Confined to the exchange's event loop.
 *
 * <p>While a response is collected the origin is read at full speed and the client at its own, so a
 * slow client holds up nobody who waits for the same object, and a client that leaves ends nothing.
 * What is collected is bounded by the route's {@code maxObject} and by what all fetches of the node
 * may hold; a body that outgrows either is passed on at the client's pace, and not stored.
 */
final class Filling implements ResponseSink {
  private static final Logger LOG = LoggerFactory.getLogger(Filling.class);
  private static final MultiMap AS_ASKED = HttpHeaders.headers().copy(false);

  private final CacheHandler handler;
  private final ResponseCache cache;
  private final RouteConfig.Caching config;
  private final Exchange exchange;
  private final MultiMap request;
  private final CacheControl asked;
  private final String primary;
  private final @Nullable StoredResponse stale;
  private final CacheStatus.Forward why;
  private final Lead lead;
  private final Mark mark;
  private final long askedMillis;
  private final boolean head;
  private State state = State.ASKED;
  private boolean gotWhole;
  private @Nullable Fetch fetch;
  private @Nullable Collecting collecting;
  private @Nullable BodyFeed feed;
  private @Nullable ResponseSink client;

  private enum State {
    /** No response yet. */
    ASKED,
    /** The body is collected. */
    COLLECTING,
    /** The body goes straight to the client. */
    PASSING,
    /** Nothing that still comes matters. */
    DONE
  }

  /** The head of a response whose body is being collected. */
  private record Collecting(StoredHead head, Collected body, long reserved) {
    Collecting holding(long bytes) {
      return new Collecting(head, body, bytes);
    }
  }

  /**
   * Not begun yet.
   *
   * @param primary the key to store under
   * @param stale to be validated; null where nothing is stored
   * @param lead whom to tell
   */
  Filling(
      CacheHandler handler,
      Exchange exchange,
      CacheControl asked,
      String primary,
      @Nullable StoredResponse stale,
      CacheStatus.Forward why,
      Lead lead) {
    this.handler = handler;
    this.cache = handler.cache();
    this.config = handler.config();
    this.exchange = exchange;
    this.request = exchange.request().headers();
    this.asked = asked;
    this.primary = primary;
    this.stale = stale;
    this.why = why;
    this.lead = lead;
    // Before the request leaves: a purge after this moment outdates whatever comes back.
    this.mark = cache.purges().index().mark();
    this.askedMillis = cache.clock().millis();
    this.head = exchange.request().method().equals(HttpMethod.HEAD);
  }

  /** Asks for the whole response, or for the origin's word that what is stored still holds. */
  void fetch() {
    MultiMap conditions = HttpHeaders.headers();
    String etag = stale == null ? null : stale.head().field("etag");
    String modified = stale == null ? null : stale.head().field("last-modified");
    // An empty value leaves the client's own condition out.
    conditions.set(HttpHeaders.IF_NONE_MATCH, etag == null ? "" : etag);
    conditions.set(HttpHeaders.IF_MODIFIED_SINCE, modified == null ? "" : modified);
    begin(conditions, head);
  }

  /** Asks as the client did. */
  void fetchAsAsked() {
    begin(AS_ASKED, false);
  }

  private void begin(MultiMap conditions, boolean asGet) {
    gotWhole = asGet;
    Fetch begun = handler.origin().fetch(exchange, conditions, asGet, this);
    if (fetch == null) {
      fetch = begun;
    }
    if (state == State.ASKED && !exchange.gone()) {
      exchange.onGone(this::clientGone);
    }
  }

  /** Before the response began. A fetch that others may use goes on. */
  private void clientGone() {
    if (lead.fill() == null && fetch != null) {
      state = State.DONE;
      fetch.cancel();
    }
  }

  @Override
  public void start(Fetch origin, int status, MultiMap fields) {
    fetch = origin;
    orFail(() -> started(origin, status, fields));
  }

  private void started(Fetch origin, int status, MultiMap fields) {
    if (stale != null && status == 304) {
      if (Conditions.contradicts(stale.head().field("etag"), fields.get(HttpHeaders.ETAG))) {
        askAgain(stale);
      } else {
        refresh(stale, fields);
      }
      return;
    }
    long now = cache.clock().millis();
    CacheControl control = CacheControl.parse(fields.getAll(HttpHeaders.CACHE_CONTROL));
    Freshness freshness =
        Freshness.of(control, fields::getAll, askedMillis, now, config.defaultTtl());
    long most = Math.min(config.maxObject().bytes(), Integer.MAX_VALUE - 8);
    BypassReason refused =
        Storable.refuse(
            request, asked, status, fields, config.surrogateKeyHeader(), control, freshness, most);
    if (head && !gotWhole && refused == null) {
      refused = BypassReason.METHOD;
    }
    long length = Math.max(0, Storable.length(fields));
    if (refused == null && !cache.fills().reserve(length)) {
      refused = BypassReason.BUSY;
    }
    if (refused == null) {
      collect(status, fields, control, freshness, length);
    } else {
      pass(origin, status, fields, refused);
    }
  }

  // ---- A response that is stored

  private void collect(
      int status, MultiMap fields, CacheControl control, Freshness freshness, long length) {
    state = State.COLLECTING;
    StoredHead stored =
        StoredFields.head(
            status, fields, request, control, freshness, CacheKey.url(primary), mark, config);
    Collected body = new Collected(Storable.length(fields));
    collecting = new Collecting(stored, body, length);
    handler.meters().miss();
    exchange.cacheStatus(CacheStatus.stored(why, status));
    fields.remove(config.surrogateKeyHeader());
    if (exchange.gone()) {
      return;
    }
    if (Conditions.notModified(
        request, status, stored.field("etag"), stored.field("last-modified"), null)) {
      exchange.respond(304, Conditions.repeated(fields), Buffer.buffer(0));
      return;
    }
    BodyFeed toClient = new BodyFeed(exchange.client(), body);
    toClient.begin(status, fields);
    if (head) {
      toClient.end();
    } else {
      feed = toClient;
    }
  }

  private void collected(Collecting all) {
    state = State.DONE;
    collecting = null;
    giveBack(all);
    byte[] body = all.body().toArray();
    StoredResponse response = new StoredResponse(all.head().withBody(body.length), body);
    keep(response, false);
    if (feed != null) {
      feed.end();
    }
  }

  /** A slow client's bytes count until it has them, or has gone. */
  private void giveBack(Collecting all) {
    if (feed == null) {
      cache.fills().release(all.reserved());
    } else {
      feed.onOver(() -> cache.fills().release(all.reserved()));
    }
  }

  /** Stores, unless a purge came in between. Those who wait get it if they may. */
  private void keep(StoredResponse response, boolean refreshed) {
    CompletionStage<Void> shared = null;
    if (cache.standing(primary, response) == Standing.CURRENT) {
      cache.local().store(primary, response);
      shared =
          refreshed
              ? cache.shared().refresh(primary, response)
              : cache.shared().store(primary, response);
    }
    lead.stored(response, shared);
  }

  /** More than may be collected: the rest goes to the client at its own pace. */
  private void outgrown(Collecting much, Buffer part, BypassReason reason) {
    giveBack(much);
    collecting = null;
    handler.meters().refused(reason.word());
    lead.uncacheable(reason.lasting());
    Fetch origin = fetch;
    if (feed == null || feed.over() || origin == null) {
      state = State.DONE;
      if (origin != null) {
        origin.cancel();
      }
      return;
    }
    state = State.PASSING;
    feed.follow(origin);
    feed.pass(part);
  }

  // ---- What is stored still holds

  private void refresh(StoredResponse before, MultiMap fields) {
    state = State.DONE;
    StoredHead refreshed =
        StoredFields.refreshed(
            before.head(), fields, askedMillis, cache.clock().millis(), mark, config);
    StoredResponse response = new StoredResponse(refreshed, before.body());
    BypassReason refused = Storable.refuseRefreshed(fields, config.surrogateKeyHeader());
    if (refused == null) {
      keep(response, true);
    } else {
      drop(before);
      lead.uncacheable(refused.lasting());
    }
    if (!exchange.gone()) {
      handler.meters().revalidated();
      exchange.cacheStatus(CacheStatus.revalidated());
      handler.answer(exchange, response);
    }
  }

  private void drop(StoredResponse before) {
    cache.local().drop(primary, before);
    var _ = cache.shared().remove(primary);
  }

  /** The origin confirms something that is not what is stored: the whole response is needed. */
  private void askAgain(StoredResponse before) {
    state = State.DONE;
    drop(before);
    if (exchange.gone() && lead.fill() == null) {
      return;
    }
    new Filling(handler, exchange, asked, primary, null, why, lead).fetch();
  }

  // ---- A response that is not stored

  private void pass(Fetch origin, int status, MultiMap fields, BypassReason reason) {
    state = State.PASSING;
    lead.uncacheable(reason.lasting() && typical());
    handler.meters().miss();
    handler.meters().refused(reason.word());
    if (exchange.gone()) {
      state = State.DONE;
      origin.cancel();
      return;
    }
    fields.remove(config.surrogateKeyHeader());
    exchange.cacheStatus(CacheStatus.passed(why, status, reason));
    ResponseSink sink = exchange.client();
    client = sink;
    sink.start(origin, status, fields);
    if (head) {
      state = State.DONE;
      sink.end();
      origin.cancel();
    }
  }

  /** Whether the response says something of what others would get who ask for the same. */
  private boolean typical() {
    return !asked.noStore() && !request.contains(HttpHeaders.AUTHORIZATION);
  }

  // ---- The body

  @Override
  public void flush() {
    if (feed != null) {
      feed.flush();
    } else if (client != null) {
      client.flush();
    }
  }

  @Override
  public void part(Buffer part) {
    orFail(() -> arrived(part));
  }

  private void arrived(Buffer part) {
    switch (state) {
      case COLLECTING -> gather(part);
      case PASSING -> {
        if (feed != null) {
          feed.pass(part);
        } else if (client != null) {
          client.part(part);
        }
      }
      case ASKED, DONE -> {}
    }
  }

  private void gather(Buffer part) {
    Collecting now = collecting;
    if (now == null) {
      return;
    }
    long size = (long) now.body().size() + part.length();
    long more = Math.max(0, size - now.reserved());
    if (size > config.maxObject().bytes()) {
      outgrown(now, part, BypassReason.TOO_LARGE);
      return;
    }
    if (!cache.fills().reserve(more)) {
      outgrown(now, part, BypassReason.BUSY);
      return;
    }
    collecting = now.holding(now.reserved() + more);
    now.body().append(part);
    if (feed != null) {
      feed.pump();
    }
  }

  @Override
  public void end() {
    orFail(this::ended);
  }

  private void ended() {
    switch (state) {
      case COLLECTING -> {
        if (collecting != null) {
          collected(collecting);
        }
      }
      case PASSING -> {
        state = State.DONE;
        if (feed != null) {
          feed.end();
        } else if (client != null) {
          client.end();
        }
      }
      case ASKED, DONE -> {}
    }
  }

  @Override
  public void failed(Failure failure) {
    State before = state;
    state = State.DONE;
    if (before != State.DONE) {
      over(failure);
    }
  }

  private void over(Failure failure) {
    if (collecting != null) {
      cache.fills().release(collecting.reserved());
      collecting = null;
    }
    lead.failed(failure);
    if (feed != null) {
      feed.failed(failure);
    } else if (client != null) {
      client.failed(failure);
    } else {
      exchange.fail(failure);
    }
  }

  /** Whatever goes wrong here, nobody may be left to wait for this fetch. */
  private void orFail(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      LOG.error("A response could not be taken into the cache", e);
      state = State.DONE;
      over(Failure.of(Outcome.INTERNAL, "the cache failed"));
      if (fetch != null) {
        fetch.cancel();
      }
    }
  }
}
