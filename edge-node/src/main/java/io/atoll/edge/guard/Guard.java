package io.atoll.edge.guard;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a request's head before anything else does. The listener's decoder refuses what is not a
 * request of HTTP/1, and Netty what is malformed in HTTP/2; this refuses what it lets through, and
 * what is well-formed and still must not pass: see the list in {@code docs/request-path.md}.
 * Stateless; safe on any event loop.
 *
 * @param maxFields fields a request may have
 * @param maxBody bytes its body may have
 */
public record Guard(int maxFields, long maxBody) {

  /** Why the request is refused, or null where it may pass. */
  public @Nullable Rejection inspect(HttpServerRequest request) {
    HttpMethod method = request.method();
    if (method.equals(HttpMethod.CONNECT) || method.equals(HttpMethod.TRACE)) {
      return Rejection.METHOD;
    }
    MultiMap fields = request.headers();
    Rejection rejection =
        request.version().compareTo(HttpVersion.HTTP_2) < 0
            ? host(request, fields)
            : fields(fields);
    if (rejection == null && hasBody(fields) && Upgrade.asked(request) != null) {
      rejection = Rejection.UPGRADE_BODY;
    }
    return rejection != null ? rejection : length(fields);
  }

  private static boolean hasBody(MultiMap fields) {
    String length = fields.get(HttpHeaders.CONTENT_LENGTH);
    return fields.contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  private @Nullable Rejection fields(MultiMap fields) {
    int count = 0;
    for (Map.Entry<String, String> field : fields) {
      if (!FieldText.isName(field.getKey()) || !FieldText.isValue(field.getValue())) {
        return Rejection.FIELDS;
      }
      if (FieldText.looksLikeFraming(field.getKey())) {
        return Rejection.FRAMING;
      }
      count++;
    }
    return count > maxFields ? Rejection.TOO_MANY_FIELDS : null;
  }

  /** There is one where there must be: what is in it is looked at here. */
  private static @Nullable Rejection host(HttpServerRequest request, MultiMap fields) {
    if (!fields.contains(HttpHeaders.HOST)) {
      return null;
    }
    HostAndPort authority = request.authority();
    return authority == null || authority.host().isEmpty() ? Rejection.HOST : null;
  }

  private @Nullable Rejection length(MultiMap fields) {
    String length = fields.get(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      return null;
    }
    try {
      return Long.parseLong(length) > maxBody ? Rejection.BODY : null;
    } catch (NumberFormatException _) {
      return Rejection.FRAMING;
    }
  }
}
