package io.atoll.edge.demo.check;

import io.atoll.edge.demo.DemoLayout.Node;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpVersion;
import java.util.Objects;

/** What one request to one node came to. */
sealed interface Attempt {
  /** The node that was asked. */
  Node node();

  /**
   * A whole response.
   *
   * @param node that gave it
   * @param version it was given in
   * @param status of any kind
   * @param fields of the response
   * @param body as text
   * @param nanos from the request to the last byte, connecting included
   */
  record Reply(Node node, HttpVersion version, int status, MultiMap fields, String body, long nanos)
      implements Attempt {
    /** Which origin answered; empty where none is named. */
    String origin() {
      return field("X-Origin");
    }

    /** A field's value, empty where it is missing. */
    String field(String name) {
      return Objects.requireNonNullElse(fields.get(name), "");
    }

    /** Whether Atoll's cache answered (RFC 9211). */
    boolean cacheHit() {
      return field("Cache-Status").matches("(.*,)?\\s*atoll\\s*;\\s*hit\\b.*");
    }
  }

  /**
   * No response: the connection could not be made, or broke first.
   *
   * @param node that was asked
   * @param inFlight whether the request was on a connection by then
   * @param reason for people
   */
  record Broken(Node node, boolean inFlight, String reason) implements Attempt {}
}
