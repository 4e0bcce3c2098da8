package io.atoll.edge.cache;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Makes stored responses for tests. */
final class Stored {
  private Stored() {}

  static StoredResponse response(String url, Mark mark, String body, String... surrogateKeys) {
    return response(url, mark, body.getBytes(StandardCharsets.UTF_8), Vary.NOTHING, surrogateKeys);
  }

  static StoredResponse response(
      String url, Mark mark, byte[] body, Vary vary, String... surrogateKeys) {
    long now = System.currentTimeMillis();
    return new StoredResponse(
        new StoredHead(
            200,
            new String[] {"Content-Type", "text/plain", "ETag", "\"1\""},
            vary,
            url,
            surrogateKeys,
            new Freshness(now, 0, 60_000, true),
            false,
            false,
            now + 60_000,
            mark,
            UUID.randomUUID().toString(),
            body.length,
            now),
        body);
  }

  static Vary language(String language) {
    MultiMap request = HttpHeaders.headers().set("Accept-Language", language);
    return Vary.of(_ -> List.of("Accept-Language"), request::getAll);
  }
}
