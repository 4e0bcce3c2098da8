package io.atoll.edge.plan;

import io.atoll.edge.exchange.Ingress;
import io.atoll.edge.exchange.Peer;
import io.atoll.edge.exchange.Target;
import io.atoll.edge.route.Question;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that routes are asked about; made only where one of them has conditions. */
final class Asked implements Question {
  private final Target target;
  private final HttpServerRequest request;
  private final Ingress ingress;
  private final Peer peer;
  private @Nullable Map<String, String> headers;

  Asked(Target target, HttpServerRequest request, Ingress ingress, Peer peer) {
    this.target = target;
    this.request = request;
    this.ingress = ingress;
    this.peer = peer;
  }

  @Override
  public String method() {
    return request.method().name();
  }

  @Override
  public String scheme() {
    return ingress.scheme(peer, request.headers());
  }

  @Override
  public String host() {
    return target.host();
  }

  @Override
  public String path() {
    return target.path();
  }

  @Override
  public String query() {
    String query = target.query();
    return query == null ? "" : query;
  }

  @Override
  public Map<String, String> headers() {
    Map<String, String> byName = headers;
    if (byName == null) {
      byName = new HashMap<>();
      for (Map.Entry<String, String> field : request.headers()) {
        byName.merge(
            field.getKey().toLowerCase(Locale.ROOT), field.getValue(), (a, b) -> a + ", " + b);
      }
      headers = byName;
    }
    return byName;
  }

  @Override
  public String clientAddress() {
    return ingress.clientAddress(peer, request.headers());
  }

  @Override
  public boolean hasField(String name, String value) {
    return request.headers().contains(name, value, false);
  }
}
