package io.atoll.edge.exchange;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** What follows a request's head: paused until somebody reads it or the exchange ends. */
final class RequestBody {
  /** More of a body that nobody wants is not worth reading. */
  private static final long MOST_DISCARDED = 256 << 10;

  private static final CharSequence EXPECT = HttpHeaders.createOptimized("Expect");

  private final HttpServerRequest request;
  private final boolean announced;
  private boolean continued;
  private @Nullable BodyTap tap;

  /** Of a request whose head is being handled. */
  RequestBody(HttpServerRequest request, Peer peer) {
    this.request = request;
    this.announced = isAnnounced(request, peer);
    if (announced) {
      request.pause(); // nothing is read before there is somewhere to put it
    }
  }

  /**
   * HTTP/1.1 says so by a framing field (RFC 9112 section 6.3), the others by not ending the stream
   * with the head.
   */
  private static boolean isAnnounced(HttpServerRequest request, Peer peer) {
    MultiMap head = request.headers();
    String length = head.get(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return !length.equals("0");
    }
    return peer.connection().streams()
        ? !peer.connection().endsWithHead(request)
        : head.contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Whether a body follows the head. */
  boolean isAnnounced() {
    return announced;
  }

  /** Whether some of it has not come yet. */
  boolean follows() {
    return announced && !request.isEnded();
  }

  /**
   * The client waits for a word before it sends the body (RFC 9110 section 10.1.1): says it. One of
   * HTTP/1.0 has no such word.
   */
  void askFor() {
    if (!continued
        && request.version() != HttpVersion.HTTP_1_0
        && "100-continue".equalsIgnoreCase(request.getHeader(EXPECT))) {
      continued = true;
      var _ = request.response().writeContinue();
    }
  }

  /** Has somebody hear of it as it is read. Before it is. */
  void tap(BodyTap listener) {
    tap = listener;
  }

  /** Reads it from now on; {@code end} runs once it is whole. */
  void read(Handler<Buffer> part, Runnable end) {
    BodyTap heard = tap;
    if (heard == null) {
      request.handler(part);
    } else {
      request.handler(
          next -> {
            heard.bodyPart(next);
            part.handle(next);
          });
    }
    request.endHandler(
        _ -> {
          tap = null;
          if (heard != null) {
            heard.bodyEnd();
          }
          end.run();
        });
    request.resume();
  }

  /** Nobody who forwards it reads on. */
  void leave() {
    BodyTap heard = tap;
    tap = null;
    if (heard != null) {
      heard.bodyCut();
    }
  }

  /**
   * Nothing more comes, and nobody wants what was held back: over HTTP/3 Vert.x releases that only
   * where it is taken.
   */
  void drop() {
    if (request.version() == HttpVersion.HTTP_3 && follows()) {
      request.handler(null);
      request.endHandler(null);
      request.resume();
    }
  }

  /**
   * Whether the rest is known to be more than is worth reading, or it can't be known whether it
   * will come: the client was not told to send it.
   */
  boolean spoilsConnection() {
    if (!follows()) {
      return false;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return (!continued && request.headers().contains(EXPECT))
        || (length != null && Long.parseLong(length) > MOST_DISCARDED);
  }

  /**
   * Reads the rest to nowhere, so that the connection can serve the next request.
   *
   * @param tooMuch called where more comes than is worth that
   */
  void discard(Runnable tooMuch) {
    long[] discarded = {0};
    request.handler(
        part -> {
          discarded[0] += part.length();
          if (discarded[0] > MOST_DISCARDED) {
            tooMuch.run();
          }
        });
    request.endHandler(null);
    request.resume();
  }
}
