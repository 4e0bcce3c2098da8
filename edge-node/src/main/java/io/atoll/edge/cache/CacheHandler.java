package io.atoll.edge.cache;

import io.atoll.config.RouteConfig;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Handler;
import io.atoll.edge.exchange.HopByHop;
import io.atoll.edge.exchange.Origin;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.ResponseSink;
import io.atoll.edge.telemetry.CacheMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The handler of a route that stores responses: answers from L1 at once, else hands the request to
 * a {@link Retrieval}. Confined to one event loop.
 *
 * <p>Client directives: {@code no-store} keeps the response out of the cache and {@code
 * only-if-cached} is answered 504 where nothing is stored. {@code no-cache}, {@code max-age} and
 * {@code Pragma} of a request are ignored, as Varnish, nginx and the large CDNs do: they would let
 * any client load the origin at will; a purge is the way to freshen an object.
 */
public final class CacheHandler implements Handler {
  private static final int WHOLE_AT_ONCE = 64 << 10;
  private static final CharSequence AGE = HttpHeaders.createOptimized("Age");
  private static final CharSequence RANGE = HttpHeaders.createOptimized("Range");
  private static final CharSequence IF_UNMODIFIED_SINCE =
      HttpHeaders.createOptimized("If-Unmodified-Since");
  private static final MultiMap NO_CONDITIONS = HttpHeaders.headers().copy(false);

  private final RouteConfig.Caching config;
  private final CacheKey key;
  private final ResponseCache cache;
  private final Origin origin;
  private final CacheMeters meters;

  /**
   * One for a route and event loop.
   *
   * @param cache the node's
   * @param origin where misses go
   */
  public CacheHandler(
      RouteConfig.Caching config, ResponseCache cache, Origin origin, CacheMeters meters) {
    this.config = config;
    this.key = new CacheKey(config.key());
    this.cache = cache;
    this.origin = origin;
    this.meters = meters;
  }

  /** The meters of a route, for all its handlers. */
  public static CacheMeters meters(Telemetry telemetry, String route) {
    return new CacheMeters(
        telemetry, route, Arrays.stream(BypassReason.values()).map(BypassReason::word));
  }

  @Override
  public void handle(Exchange exchange) {
    HttpMethod method = exchange.request().method();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      forwardMethod(exchange, method);
      return;
    }
    String primary = keyOf(exchange);
    BypassReason reason = refuse(exchange, primary);
    if (reason != null) {
      meters.bypassed(reason.word());
      exchange.cacheStatus(CacheStatus.bypass(reason));
      forward(exchange, exchange.client());
      return;
    }
    lookUp(exchange, primary, 0);
  }

  private String keyOf(Exchange exchange) {
    return key.of(
        exchange.secure(),
        exchange.host(),
        exchange.path(),
        exchange.query(),
        exchange.request().headers());
  }

  private @Nullable BypassReason refuse(Exchange exchange, String primary) {
    MultiMap request = exchange.request().headers();
    if (exchange.upgrade() != null) {
      return BypassReason.UPGRADE;
    }
    if (request.contains(RANGE)) {
      return BypassReason.RANGE;
    }
    if (exchange.hasBody()
        || keepsFields(request)
        || request.contains(HttpHeaders.IF_MATCH)
        || request.contains(IF_UNMODIFIED_SINCE)) {
      return BypassReason.CONDITION;
    }
    if (CacheKey.url(primary).length() > PurgeTarget.LONGEST) {
      return BypassReason.LONG_NAME;
    }
    return cache.purges().ready() ? null : BypassReason.CATCHING_UP;
  }

  /**
   * Fields that {@code Connection} names end at this node: the backend can't have chosen its
   * response by them, and who sends them must not get it stored as if it had.
   */
  private static boolean keepsFields(MultiMap request) {
    for (String name : HopByHop.nominated(request)) {
      if (!HopByHop.is(name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Answers from L1, or begins a retrieval.
   *
   * @param round how often this exchange has been here
   */
  void lookUp(Exchange exchange, String primary, int round) {
    MultiMap request = exchange.request().headers();
    StoredResource resource = cache.local().find(primary);
    StoredResponse stored = resource == null ? null : resource.choose(request);
    Standing standing = stored == null ? Standing.PURGED : cache.standing(primary, stored);
    if (stored != null && standing == Standing.PURGED) {
      cache.local().drop(primary, stored);
      resource = cache.local().find(primary);
      stored = null;
    }
    boolean authorized = request.contains(HttpHeaders.AUTHORIZATION);
    if (stored != null && authorized && !stored.head().allowsAuthorized()) {
      stored = null;
    }
    if (stored != null
        && standing == Standing.CURRENT
        && stored.head().fresh(cache.clock().millis())) {
      hit(exchange, stored);
      return;
    }
    CacheControl asked = CacheControl.parse(request.getAll(HttpHeaders.CACHE_CONTROL));
    if (asked.onlyIfCached()) {
      exchange.cacheStatus("atoll; detail=only-if-cached");
      exchange.fail(Failure.of(Outcome.TIMEOUT, "nothing is stored for an only-if-cached request"));
      return;
    }
    new Retrieval(this, exchange, asked, primary, resource, stored, round).begin();
  }

  private void hit(Exchange exchange, StoredResponse stored) {
    meters.hitLocal();
    exchange.cacheStatus(stored.hitStatus(cache.clock().millis()));
    answer(exchange, stored);
  }

  /** Answers with what is stored, or 304 where that is all the client needs. */
  void answer(Exchange exchange, StoredResponse stored) {
    MultiMap request = exchange.request().headers();
    StoredHead head = stored.head();
    exchange.addField(AGE, stored.age(cache.clock().millis()));
    if (!Conditions.none(request)
        && Conditions.notModified(
            request,
            head.status(),
            head.field("etag"),
            head.field("last-modified"),
            head.field("date"))) {
      exchange.respond(304, Conditions.repeated(stored.fields()), Buffer.buffer(0));
      return;
    }
    int length = stored.body().length;
    if (length <= WHOLE_AT_ONCE || exchange.request().method().equals(HttpMethod.HEAD)) {
      exchange.respond(head.status(), stored.fields(), stored.slice(0, length));
      return;
    }
    MultiMap fields = stored.fields().copy(true);
    fields.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(length));
    BodyFeed feed = new BodyFeed(exchange.client(), Collected.of(stored.body()));
    feed.begin(head.status(), fields);
    feed.end();
  }

  private void forwardMethod(Exchange exchange, HttpMethod method) {
    meters.bypassed(BypassReason.METHOD.word());
    exchange.cacheStatus(CacheStatus.bypass(BypassReason.METHOD));
    boolean safe = method.equals(HttpMethod.OPTIONS) || method.equals(HttpMethod.TRACE);
    forward(
        exchange,
        safe
            ? exchange.client()
            : new Invalidating(exchange.client(), () -> cache.invalidate(keyOf(exchange))));
  }

  private void forward(Exchange exchange, ResponseSink sink) {
    var fetch =
        origin.fetch(
            exchange, NO_CONDITIONS, false, new WithoutField(config.surrogateKeyHeader(), sink));
    if (!exchange.gone()) {
      exchange.onGone(fetch::cancel);
    }
  }

  RouteConfig.Caching config() {
    return config;
  }

  ResponseCache cache() {
    return cache;
  }

  Origin origin() {
    return origin;
  }

  CacheMeters meters() {
    return meters;
  }
}
