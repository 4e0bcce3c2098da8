package io.atoll.edge.cache;

import io.atoll.config.RouteConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes the head that is stored from a response's fields (RFC 9111 §3.1), or renews it (§3.2). */
final class StoredFields {
  /** How long something stale is kept where it can be validated. */
  private static final long KEPT_FOR_VALIDATION_MILLIS = TimeUnit.HOURS.toMillis(1);

  /** Not stored: said anew for each use, or by this node. */
  private static final Set<String> LEFT_OUT = Set.of("age", "content-length", "x-request-id");

  /** Not renewed: they describe the stored body (§3.2), or a 304 has no business with them. */
  private static final Set<String> NOT_RENEWED =
      Set.of("content-encoding", "content-type", "content-range", "set-cookie", "vary");

  private StoredFields() {}

  /** The head of a new response. */
  static StoredHead head(
      int status,
      MultiMap fields,
      MultiMap request,
      CacheControl control,
      Freshness freshness,
      String url,
      Mark mark,
      RouteConfig.Caching config) {
    String surrogate = config.surrogateKeyHeader().toLowerCase(Locale.ROOT);
    List<String> kept = new ArrayList<>();
    for (Map.Entry<String, String> field : fields) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (!LEFT_OUT.contains(name) && !name.equals(surrogate)) {
        kept.add(field.getKey());
        kept.add(field.getValue());
      }
    }
    return new StoredHead(
        status,
        kept.toArray(String[]::new),
        Vary.of(fields::getAll, request::getAll),
        url,
        keys(fields.getAll(surrogate)),
        freshness,
        control.noCache(),
        control.allowsAuthorized(),
        keptUntil(freshness, validator(fields.get("etag"), fields.get("last-modified"))),
        mark,
        bodyId(),
        0,
        freshness.arrivedMillis());
  }

  /** The head of a stored response after a 304. */
  static StoredHead refreshed(
      StoredHead before,
      MultiMap fields,
      long askedMillis,
      long nowMillis,
      Mark mark,
      RouteConfig.Caching config) {
    String surrogate = config.surrogateKeyHeader().toLowerCase(Locale.ROOT);
    MultiMap merged = HttpHeaders.headers();
    for (int i = 0; i < before.fields().length; i += 2) {
      merged.add(before.fields()[i], before.fields()[i + 1]);
    }
    for (String given : fields.names()) {
      String name = given.toLowerCase(Locale.ROOT);
      if (!LEFT_OUT.contains(name) && !NOT_RENEWED.contains(name) && !name.equals(surrogate)) {
        merged.set(given, fields.getAll(given));
      }
    }
    if (!fields.contains(HttpHeaders.DATE)) {
      // The origin has spoken now (RFC 9110 §6.6.1): by the old date it would be stale at once.
      merged.set(HttpHeaders.DATE, HttpDate.format(nowMillis));
    }
    CacheControl control = CacheControl.parse(merged.getAll(HttpHeaders.CACHE_CONTROL));
    MultiMap dated = HttpHeaders.headers().addAll(merged);
    if (!fields.contains(HttpHeaders.DATE)) {
      dated.remove(HttpHeaders.DATE); // to the millisecond
    }
    String age = fields.get("age");
    if (age != null) {
      dated.set("age", age);
    }
    Freshness freshness =
        Freshness.of(control, dated::getAll, askedMillis, nowMillis, config.defaultTtl());
    List<String> given = fields.getAll(surrogate);
    return new StoredHead(
        before.status(),
        pairs(merged),
        before.vary(),
        before.url(),
        given.isEmpty() ? before.surrogateKeys() : keys(given),
        freshness,
        control.noCache(),
        control.allowsAuthorized(),
        keptUntil(freshness, true),
        mark,
        before.bodyId(),
        before.bodyLength(),
        before.bodySinceMillis());
  }

  private static String[] pairs(MultiMap fields) {
    List<String> pairs = new ArrayList<>();
    for (Map.Entry<String, String> field : fields) {
      pairs.add(field.getKey());
      pairs.add(field.getValue());
    }
    return pairs.toArray(String[]::new);
  }

  /** 128 bits: two bodies of the cluster never share a name. */
  private static String bodyId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return Long.toHexString(random.nextLong()) + "-" + Long.toHexString(random.nextLong());
  }

  private static boolean validator(@Nullable String etag, @Nullable String modified) {
    return etag != null || modified != null;
  }

  private static long keptUntil(Freshness freshness, boolean validator) {
    long arrived = freshness.arrivedMillis();
    long fresh = Math.max(0, freshness.remainingMillis(arrived));
    long kept = fresh + (validator ? KEPT_FOR_VALIDATION_MILLIS : 0);
    return arrived + Math.min(kept, Freshness.LONGEST.toMillis());
  }

  /** Surrogate keys, separated by blanks or commas. */
  static String[] keys(List<String> lines) {
    TreeSet<String> keys = new TreeSet<>();
    for (String line : lines) {
      for (String key : line.split("[ ,\t]+", -1)) {
        if (!key.isEmpty()) {
          keys.add(key);
        }
      }
    }
    return keys.toArray(String[]::new);
  }
}
