package io.atoll.edge.compress;

import io.atoll.config.RouteConfig.Coding;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Filter;
import io.atoll.edge.exchange.Origin;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * Compresses what an upstream answers before it is stored: each variant once, not for each client.
 * To keep variants few, {@link #asOneCoding} goes in front.
 *
 * @param upstream what is asked
 * @param compression of the route
 */
public record CompressingOrigin(Origin upstream, Compression compression) implements Origin {
  /**
   * Leaves of a request's {@code Accept-Encoding} the coding it will get, or nothing: so the cache
   * has one variant for each coding, not for each way to write the field.
   */
  public static Filter asOneCoding(Compression compression) {
    return exchange -> {
      MultiMap fields = exchange.request().headers();
      Coding coding = compression.choose(exchange.request());
      fields.remove(HttpHeaders.ACCEPT_ENCODING);
      if (coding != null) {
        fields.set(HttpHeaders.ACCEPT_ENCODING, coding.name());
      }
      exchange.proceed();
    };
  }

  @Override
  public Fetch fetch(Exchange exchange, MultiMap conditions, boolean asGet, ResponseSink sink) {
    boolean head = !asGet && exchange.request().method().equals(HttpMethod.HEAD);
    Coding coding = compression.choose(exchange.request());
    List<String> ifNoneMatch = List.copyOf(conditions.getAll(HttpHeaders.IF_NONE_MATCH));
    CompressingSink through = new CompressingSink(compression, coding, ifNoneMatch, head, sink);
    Fetch fetch = upstream.fetch(exchange, conditions, asGet, through);
    return new Both(fetch, through);
  }

  /** Who gives up the fetch gives up the encoder. */
  private record Both(Fetch fetch, CompressingSink through) implements Fetch {
    @Override
    public void pause() {
      fetch.pause();
    }

    @Override
    public void resume() {
      fetch.resume();
    }

    @Override
    public void cancel() {
      fetch.cancel();
      through.cancel();
    }
  }
}
