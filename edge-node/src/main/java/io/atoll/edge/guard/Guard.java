package io.atoll.edge.guard;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a request's head before anything else does. Vert.x and Netty refuse most of what is
 * malformed; this refuses what they let through and an edge must not: see the list in {@code
 * docs/request-path.md}. Stateless; safe on any event loop.
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
    Rejection rejection = fields(fields);
    if (rejection == null && request.version().compareTo(HttpVersion.HTTP_2) < 0) {
      rejection = host(request, fields);
      if (rejection == null) {
        rejection = framing(request, fields);
      }
    }
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
      count++;
    }
    return count > maxFields ? Rejection.TOO_MANY_FIELDS : null;
  }

  private static @Nullable Rejection host(HttpServerRequest request, MultiMap fields) {
    List<String> hosts = fields.getAll(HttpHeaders.HOST);
    if (hosts.isEmpty()) {
      return request.version() == HttpVersion.HTTP_1_0 ? null : Rejection.HOST;
    }
    return hosts.size() > 1 || request.authority() == null ? Rejection.HOST : null;
  }

  /**
   * The one coding that is understood is {@code chunked}, spelled exactly so: with anything else
   * the codec sees an empty body, and what follows would be read as the next request.
   */
  private static @Nullable Rejection framing(HttpServerRequest request, MultiMap fields) {
    List<String> codings = fields.getAll(HttpHeaders.TRANSFER_ENCODING);
    if (codings.isEmpty()) {
      return null;
    }
    if (request.version() == HttpVersion.HTTP_1_0 || fields.contains(HttpHeaders.CONTENT_LENGTH)) {
      return Rejection.FRAMING;
    }
    return codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked")
        ? null
        : Rejection.TRANSFER_CODING;
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
