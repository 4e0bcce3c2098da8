package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Exchange;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a backend is asked for an exchange, the same at every try, but for its number, and for a
 * mirror.
 *
 * @param conditions fields that replace the client's own of the same name
 * @param hasBody whether the client's body goes with it
 * @param maxForwards nodes that it may still pass; {@link MaxForwards#NONE}: any number
 */
record OutboundRequest(
    Exchange exchange, HttpMethod method, MultiMap conditions, boolean hasBody, int maxForwards) {
  private static final CharSequence TRAILER = HttpHeaders.createOptimized("Trailer");
  private static final CharSequence ATTEMPT = HttpHeaders.createOptimized("X-Attempt");

  /** As {@link io.atoll.edge.exchange.Origin#fetch} was asked. */
  static OutboundRequest of(Exchange exchange, MultiMap conditions, boolean asGet) {
    int maxForwards = MaxForwards.of(exchange.request());
    return new OutboundRequest(
        exchange,
        asGet ? HttpMethod.GET : exchange.request().method(),
        maxForwards > 0 ? MaxForwards.lessOne(maxForwards, conditions) : conditions,
        exchange.hasBody() && !asGet,
        maxForwards);
  }

  /**
   * Sends its head, and says how its body is framed.
   *
   * @param cookies what of {@code Cookie} is the backend's; null: all
   * @param attempt which try it is, from 1; the first doesn't say so
   */
  void send(@Nullable UnaryOperator<String> cookies, int attempt, BackendStream to) {
    to.begin(method, exchange.backendTarget(), exchange.target().authority());
    boolean lengthHolds = method.equals(exchange.request().method());
    OutboundHead.write(exchange, conditions, lengthHolds, cookies, to);
    if (attempt > 1) {
      to.field(ATTEMPT, Integer.toString(attempt));
    }
    if (exchange.upgrade() != null) {
      to.field(HttpHeaders.UPGRADE, exchange.upgrade());
      to.send(BackendStream.Framing.UPGRADE);
      return;
    }
    if (exchange.wantsTrailers()) {
      to.wantTrailers();
    }
    to.send(hasBody ? bodyFraming(to) : noBody(to));
  }

  private BackendStream.Framing bodyFraming(BackendStream to) {
    MultiMap asked = exchange.request().headers();
    if (asked.contains(HttpHeaders.CONTENT_LENGTH)) {
      return BackendStream.Framing.LENGTH;
    }
    String announced = asked.get(TRAILER);
    if (announced != null) {
      to.field(TRAILER, announced);
    }
    return BackendStream.Framing.STREAMED;
  }

  /** RFC 9110 section 8.6: where a method means something by a body, none is said to be none. */
  private BackendStream.Framing noBody(BackendStream to) {
    boolean meant =
        method.equals(HttpMethod.POST)
            || method.equals(HttpMethod.PUT)
            || method.equals(HttpMethod.PATCH);
    if (meant && !exchange.request().headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      to.field(HttpHeaders.CONTENT_LENGTH, "0");
    }
    return BackendStream.Framing.NONE;
  }
}
