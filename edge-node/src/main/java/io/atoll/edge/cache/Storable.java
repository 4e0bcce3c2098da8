package io.atoll.edge.cache;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a response may be stored by a shared cache (RFC 9111 §3). */
final class Storable {
  /**
   * Statuses stored when the response says for how long. Not 206, for parts are not kept; no other
   * 4xx and 5xx, for an error of one request is rarely that of the next.
   */
  private static final Set<Integer> EXPLICIT =
      Set.of(200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 405, 410, 414, 451, 501);

  /** Statuses that get the route's default where the response says nothing (RFC 9110 §15.1). */
  private static final Set<Integer> BY_DEFAULT = Set.of(200, 203, 204, 300, 301, 308, 404, 410);

  private Storable() {}

  /**
   * Decides.
   *
   * @param request the fields of the GET request
   * @param asked its {@code Cache-Control}
   * @param status of the response
   * @param fields of the response
   * @param surrogates name of the field with its surrogate keys
   * @param control the response's {@code Cache-Control}
   * @param freshness as read from the response
   * @param maxBytes the largest body stored
   * @return why not, or null: store it
   */
  static @Nullable BypassReason refuse(
      MultiMap request,
      CacheControl asked,
      int status,
      MultiMap fields,
      String surrogates,
      CacheControl control,
      Freshness freshness,
      long maxBytes) {
    if (!(freshness.explicit() ? EXPLICIT : BY_DEFAULT).contains(status)) {
      return BypassReason.STATUS;
    }
    if (asked.noStore() || (control.noStore() && !control.mustUnderstand())) {
      return BypassReason.NO_STORE;
    }
    if (control.privately()) {
      return BypassReason.PRIVATE;
    }
    if (request.contains(HttpHeaders.AUTHORIZATION) && !control.allowsAuthorized()) {
      return BypassReason.AUTHORIZATION;
    }
    // As nginx and Varnish do: one client's cookie must never reach another, whatever else the
    // response claims.
    if (fields.contains(HttpHeaders.SET_COOKIE)) {
      return BypassReason.SET_COOKIE;
    }
    if (Vary.star(fields::getAll)) {
      return BypassReason.VARY_STAR;
    }
    if (length(fields) > maxBytes) {
      return BypassReason.TOO_LARGE;
    }
    if (longKeys(fields, surrogates)) {
      return BypassReason.LONG_NAME;
    }
    boolean fresh = freshness.remainingMillis(freshness.arrivedMillis()) > 0 && !control.noCache();
    boolean asksToValidate = freshness.explicit() || control.noCache();
    return fresh || (asksToValidate && validator(fields)) ? null : BypassReason.NOT_FRESH;
  }

  /**
   * Decides whether what is stored may stay after a 304.
   *
   * @param fields of the 304
   * @param surrogates name of the field with its surrogate keys
   * @return why not, or null: it may
   */
  static @Nullable BypassReason refuseRefreshed(MultiMap fields, String surrogates) {
    CacheControl control = CacheControl.parse(fields.getAll(HttpHeaders.CACHE_CONTROL));
    if (control.noStore()) {
      return BypassReason.NO_STORE;
    }
    if (control.privately()) {
      return BypassReason.PRIVATE;
    }
    return longKeys(fields, surrogates) ? BypassReason.LONG_NAME : null;
  }

  private static boolean longKeys(MultiMap fields, String surrogates) {
    for (String key : StoredFields.keys(fields.getAll(surrogates))) {
      if (key.length() > PurgeTarget.LONGEST) {
        return true;
      }
    }
    return false;
  }

  private static boolean validator(MultiMap fields) {
    return fields.contains(HttpHeaders.ETAG) || fields.contains(HttpHeaders.LAST_MODIFIED);
  }

  /** {@code Content-Length}, or -1 where it is absent or no number. */
  static long length(MultiMap fields) {
    String text = fields.get(HttpHeaders.CONTENT_LENGTH);
    if (text == null || text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      length = length * 10 + (c - '0');
    }
    return length;
  }
}
