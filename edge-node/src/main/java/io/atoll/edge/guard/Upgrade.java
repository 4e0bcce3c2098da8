package io.atoll.edge.guard;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** The protocols a client wants to switch to on its connection (RFC 9110 section 7.8). */
public final class Upgrade {
  private Upgrade() {}

  /**
   * What a request asks for: only a GET of HTTP/1.1 whose {@code Connection} names the field can.
   * HTTP/2 is left out, as it would be spoken past everything that reads requests here.
   *
   * @return for an {@code Upgrade} field; null for an ordinary request
   */
  public static @Nullable String asked(HttpServerRequest request) {
    MultiMap fields = request.headers();
    if (!fields.contains(HttpHeaders.UPGRADE)
        || request.version() != HttpVersion.HTTP_1_1
        || !request.method().equals(HttpMethod.GET)
        || !FieldOptions.contain(fields, HttpHeaders.CONNECTION, "upgrade")
        || FieldOptions.contain(fields, HttpHeaders.CONNECTION, "close")) {
      return null;
    }
    StringBuilder protocols = new StringBuilder();
    for (String line : fields.getAll(HttpHeaders.UPGRADE)) {
      for (String protocol : line.split(",", -1)) {
        if (!protocol.isBlank() && !isHttp(protocol.trim())) {
          protocols.append(protocols.isEmpty() ? "" : ", ").append(protocol.trim());
        }
      }
    }
    return protocols.isEmpty() ? null : protocols.toString();
  }

  /** Whether a backend may answer with {@code chosen} to what was asked. */
  public static boolean answers(String asked, @Nullable String chosen) {
    for (String protocol : asked.split(",", -1)) {
      if (protocol.trim().equalsIgnoreCase(chosen)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHttp(String protocol) {
    return protocol.equalsIgnoreCase("h2c")
        || protocol.equalsIgnoreCase("h2")
        || protocol.regionMatches(true, 0, "HTTP/", 0, 5);
  }
}
