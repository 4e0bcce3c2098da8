package io.atoll.edge.cache;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything of a stored response but its body. Immutable; arrays are never changed.
 *
 * @param status as the origin sent it
 * @param fields names and values in turn: end-to-end fields without {@code Age} and surrogate keys
 * @param vary the request fields it was chosen by
 * @param url {@code scheme://host/path?query} as the cache key keeps it: what a purge names
 * @param surrogateKeys its purge keys
 * @param freshness its age and lifetime
 * @param noCache never used without asking the origin
 * @param allowsAuthorized says itself that it may answer requests with credentials (RFC 9111 §3.5);
 *     also asked of what was fetched without, for an origin may treat a known client differently
 * @param keptUntilMillis after this it is no use, fresh or not; milliseconds since 1970
 * @param mark how far the purge log had been read when the fetch began
 * @param bodyId names the body in the cluster's store, the same after a revalidation
 * @param bodyLength in bytes
 * @param bodySinceMillis when that body was stored; milliseconds since 1970
 */
@SuppressWarnings("ArrayRecordComponent") // walked on every hit, never shared outside the cache
public record StoredHead(
    int status,
    String[] fields,
    Vary vary,
    String url,
    String[] surrogateKeys,
    Freshness freshness,
    boolean noCache,
    boolean allowsAuthorized,
    long keptUntilMillis,
    Mark mark,
    String bodyId,
    int bodyLength,
    long bodySinceMillis) {

  /** A field's first value. */
  @Nullable String field(String name) {
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) {
        return fields[i + 1];
      }
    }
    return null;
  }

  /** Whether it can be validated with the origin. */
  boolean hasValidator() {
    return field("etag") != null || field("last-modified") != null;
  }

  /** Whether every use needs the origin's word. */
  boolean alwaysStale() {
    return noCache || freshness.lifetimeMillis() <= freshness.initialAgeMillis();
  }

  /** Whether it may be used without asking the origin, as far as time is concerned. */
  boolean fresh(long nowMillis) {
    return !noCache && freshness.remainingMillis(nowMillis) > 0;
  }

  /** Whether it is the answer to a request, among the variants of its URL. */
  boolean matches(MultiMap request) {
    return vary.names().length == 0 || vary.matches(request::getAll);
  }

  /** The host part of its URL. */
  String host() {
    String rest = hostAndPath();
    int slash = rest.indexOf('/');
    return slash < 0 ? rest : rest.substring(0, slash);
  }

  /** Its URL without scheme and query. */
  String hostAndPath() {
    int start = url.indexOf("://") + 3;
    int query = url.indexOf('?', start);
    return query < 0 ? url.substring(start) : url.substring(start, query);
  }

  /** The same with the length of its body, once that is known. */
  StoredHead withBody(int length) {
    return new StoredHead(
        status,
        fields,
        vary,
        url,
        surrogateKeys,
        freshness,
        noCache,
        allowsAuthorized,
        keptUntilMillis,
        mark,
        bodyId,
        length,
        bodySinceMillis);
  }

  /** The same with another mark. */
  public StoredHead with(Mark other) {
    return new StoredHead(
        status,
        fields,
        vary,
        url,
        surrogateKeys,
        freshness,
        noCache,
        allowsAuthorized,
        keptUntilMillis,
        other,
        bodyId,
        bodyLength,
        bodySinceMillis);
  }

  /** Roughly what it takes in memory, in bytes. */
  int weight() {
    int weight = 256 + 2 * url.length();
    for (String field : fields) {
      weight += 56 + field.length();
    }
    for (String key : surrogateKeys) {
      weight += 56 + key.length();
    }
    for (int i = 0; i < vary.names().length; i++) {
      String value = vary.values()[i];
      weight += 112 + vary.names()[i].length() + (value == null ? 0 : value.length());
    }
    return weight;
  }
}
