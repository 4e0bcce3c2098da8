package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Origin;
import io.atoll.edge.exchange.ResponseSink;
import io.atoll.edge.telemetry.MirrorMeters;
import io.vertx.core.MultiMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends copies of a share of the requests to a second upstream, whose responses nobody sees.
 * Whatever becomes of a copy, its client notices nothing: it is tried once, and given up where it
 * can't keep up. What is asked is what the first upstream is asked, so neither what a cache answers
 * nor another try. Requests for another protocol are not copied. Confined to one event loop.
 */
public final class Mirror implements Origin {
  private static final int ALL = 100;

  /** Bytes of bodies that all copies of an event loop may hold together. */
  private static final long MOST_HELD = 16 << 20;

  private final Origin upstream;
  private final int percent;
  private final RandomGenerator random;
  private long held;
  final Forwarder second;
  final @Nullable UnaryOperator<String> cookies;
  final MirrorMeters meters;

  /**
   * A mirror of a route.
   *
   * @param upstream answers
   * @param second gets the copies
   * @param percent of the requests, 0 to 100
   * @param cookies what of a client's cookies is a backend's; null: all
   */
  public Mirror(
      Origin upstream,
      Forwarder second,
      int percent,
      RandomGenerator random,
      @Nullable UnaryOperator<String> cookies,
      MirrorMeters meters) {
    this.upstream = upstream;
    this.second = second;
    this.percent = percent;
    this.random = random;
    this.cookies = cookies;
    this.meters = meters;
  }

  @Override
  public Fetch fetch(Exchange exchange, MultiMap conditions, boolean asGet, ResponseSink sink) {
    if (!picks(exchange)) {
      return upstream.fetch(exchange, conditions, asGet, sink);
    }
    Copy copy = new Copy(this, exchange, conditions, asGet);
    if (copy.hasBody()) {
      exchange.tapBody(copy);
    }
    Fetch fetch = upstream.fetch(exchange, conditions, asGet, sink); // the client comes first
    copy.begin();
    return fetch;
  }

  private boolean picks(Exchange exchange) {
    return exchange.upgrade() == null
        && MaxForwards.of(exchange.request()) != 0
        && (percent >= ALL || random.nextInt(ALL) < percent);
  }

  /** Whether a copy may hold so many bytes more; it gives them back by {@link #release}. */
  boolean hold(int bytes) {
    boolean room = held + bytes <= MOST_HELD;
    if (room) {
      held += bytes;
    }
    return room;
  }

  void release(int bytes) {
    held -= bytes;
  }
}
