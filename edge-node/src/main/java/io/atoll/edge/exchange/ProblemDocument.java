package io.atoll.edge.exchange;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** What a failure looks like to a client: RFC 9457. */
final class ProblemDocument {
  static final String TYPE = "application/problem+json";

  private ProblemDocument() {}

  /** The document; {@code reason} is the word that also stands in the access log. */
  static Buffer of(Failure failure, String requestId) {
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", failure.outcome().title())
        .put("status", failure.outcome().status())
        .put("detail", failure.detail())
        .put("reason", failure.outcome().word())
        .put("requestId", requestId)
        .toBuffer();
  }
}
