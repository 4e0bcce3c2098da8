package io.atoll.edge.upstream;

import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.StableHash;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.ratelimit.ClientNetwork;
import io.atoll.edge.session.RequestCookies;
import io.vertx.core.http.HttpHeaders;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a request is hashed by, for upstreams that choose backends so: 64 bits that are the same at
 * every node for requests with the same key, and those of chance for a request that has no key or
 * an empty one. Keys are taken as they are sent: {@code %41} is not {@code A}. Confined to one
 * event loop.
 */
@FunctionalInterface
interface RequestHash {
  /** The hash of a request. */
  long of(Exchange exchange);

  /** What a balancer hashes. */
  static RequestHash of(UpstreamConfig.Balance balance, RandomGenerator random) {
    return switch (balance) {
      case UpstreamConfig.ConsistentHash consistent -> of(consistent.by(), random);
      case UpstreamConfig.IpHash _ -> RequestHash::client;
      case UpstreamConfig.RoundRobin _,
          UpstreamConfig.LeastRequest _,
          UpstreamConfig.PeakEwma _,
          UpstreamConfig.ByChance _ ->
          _ -> 0;
    };
  }

  private static RequestHash of(UpstreamConfig.HashKey key, RandomGenerator random) {
    return switch (key) {
      case UpstreamConfig.HashHeader header -> {
        CharSequence field = HttpHeaders.createOptimized(header.header());
        yield exchange -> hash(exchange.request().headers().get(field), random);
      }
      case UpstreamConfig.HashCookie cookie ->
          exchange ->
              hash(RequestCookies.find(exchange.request().headers(), cookie.cookie()), random);
      case UpstreamConfig.HashQuery query ->
          exchange -> parameter(exchange.query(), query.query(), random);
      case UpstreamConfig.HashPath _ -> exchange -> StableHash.of(exchange.path());
      case UpstreamConfig.HashClientIp _ -> RequestHash::client;
    };
  }

  /** As everything that counts clients does it: an IPv4 address, or the /64 of an IPv6 one. */
  private static long client(Exchange exchange) {
    return StableHash.of(ClientNetwork.of(exchange.clientAddress()));
  }

  private static long hash(@Nullable String value, RandomGenerator random) {
    return value == null || value.isEmpty() ? random.nextLong() : StableHash.of(value);
  }

  /** Of the first parameter of that name that has a value. */
  private static long parameter(@Nullable String query, String name, RandomGenerator random) {
    if (query == null) {
      return random.nextLong();
    }
    int length = query.length();
    int start = 0;
    while (start < length) {
      int and = query.indexOf('&', start);
      int end = and < 0 ? length : and;
      int equals = start + name.length();
      if (equals + 1 < end && query.charAt(equals) == '=' && query.startsWith(name, start)) {
        return StableHash.of(query, equals + 1, end);
      }
      start = end + 1;
    }
    return random.nextLong();
  }
}
