package io.atoll.edge.problem;

import io.atoll.edge.negotiate.Accept;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * What is told of a failure: as a problem document (RFC 9457), or for people as HTML or plain text
 * with the same facts.
 *
 * @param status 400 to 599
 * @param title for people, the same for all of a kind
 * @param detail for people, of this one
 * @param reason the word that also stands in the access log
 * @param requestId of the request
 */
public record Problem(int status, String title, String detail, String reason, String requestId) {
  private static final String DOCUMENT = "application/problem+json";
  private static final String JSON = "application/json";
  private static final String HTML = "text/html";
  private static final String TEXT = "text/plain";

  /** The form that a client likes best; the document where it likes several the same, or none. */
  Shown shown(Accept accept) {
    int document = accept.rank(DOCUMENT, JSON);
    int html = accept.rank(HTML);
    int text = accept.rank(TEXT);
    if (html > document && html >= text) {
      return new Shown(HTML + "; charset=utf-8", Buffer.buffer(html()));
    }
    return text > document
        ? new Shown(TEXT + "; charset=utf-8", Buffer.buffer(text()))
        : new Shown(DOCUMENT, document());
  }

  /** How much a client likes the best of the forms. */
  int rank(Accept accept) {
    return Math.max(accept.rank(DOCUMENT, JSON), Math.max(accept.rank(HTML), accept.rank(TEXT)));
  }

  private Buffer document() {
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", title)
        .put("status", status)
        .put("detail", detail)
        .put("reason", reason)
        .put("requestId", requestId)
        .toBuffer();
  }

  private String html() {
    return """
    <!doctype html>
    <html lang="en">
    <head><meta charset="utf-8"><title>%1$d %2$s</title></head>
    <body>
    <h1>%1$d %2$s</h1>
    <p>%3$s</p>
    <p>Reason: <code>%4$s</code><br>Request: <code>%5$s</code></p>
    </body>
    </html>
    """
        .formatted(status, escaped(title), escaped(detail), escaped(reason), escaped(requestId));
  }

  private String text() {
    return "%d %s\n%s\nReason: %s\nRequest: %s\n"
        .formatted(status, title, detail, reason, requestId);
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
