package io.atoll.edge.plan;

import io.atoll.config.EdgeConfig;
import io.atoll.config.RateLimitConfig;
import io.atoll.config.RouteConfig;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.answer.RedirectHandler;
import io.atoll.edge.answer.RespondHandler;
import io.atoll.edge.balance.Balancer;
import io.atoll.edge.cache.CacheHandler;
import io.atoll.edge.compress.CompressFilter;
import io.atoll.edge.compress.CompressingOrigin;
import io.atoll.edge.compress.Compression;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.FieldEdits;
import io.atoll.edge.exchange.Filter;
import io.atoll.edge.exchange.Handler;
import io.atoll.edge.exchange.Origin;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.Pipeline;
import io.atoll.edge.exchange.Transform;
import io.atoll.edge.exchange.Wording;
import io.atoll.edge.files.FilesHandler;
import io.atoll.edge.filter.AccessFilter;
import io.atoll.edge.filter.AddressSet;
import io.atoll.edge.filter.InterceptFilter;
import io.atoll.edge.filter.RateLimitFilter;
import io.atoll.edge.filter.RewriteFilter;
import io.atoll.edge.guard.HostName;
import io.atoll.edge.ratelimit.LeaseBook;
import io.atoll.edge.route.Conditions;
import io.atoll.edge.route.Router;
import io.atoll.edge.session.StickySession;
import io.atoll.edge.telemetry.MirrorMeters;
import io.atoll.edge.telemetry.RouteMeters;
import io.atoll.edge.upstream.Forwarder;
import io.atoll.edge.upstream.Mirror;
import io.atoll.edge.upstream.ProxyHandler;
import io.atoll.edge.upstream.Split;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compiles a valid configuration into the plan of one event loop. To be called on that loop. */
public final class PlanCompiler {
  /** The name of what matches no route, in meters and log. */
  private static final String UNMATCHED = "-";

  /** Every outcome that is a failure, with its status. */
  private static final Map<String, Integer> FAILURES =
      Arrays.stream(Outcome.values())
          .filter(outcome -> outcome != Outcome.OK)
          .collect(Collectors.toUnmodifiableMap(Outcome::word, Outcome::status));

  private final Vertx vertx;
  private final EdgeConfig config;
  private final Commons commons;

  /** A compiler for the event loop that calls. */
  public PlanCompiler(Vertx vertx, EdgeConfig config, Commons commons) {
    this.vertx = vertx;
    this.config = config;
    this.commons = commons;
  }

  /** The plan. */
  public Plan compile() {
    Map<String, Forwarder> forwarders = forwarders();
    Router.Builder<Way> router = new Router.Builder<>();
    boolean conditional = false;
    for (RouteConfig route : config.routes()) {
      Pipeline pipeline = pipeline(route, forwarders);
      Way way = new Way(Conditions.of(route.match(), pipeline.meters()::conditionFailed), pipeline);
      conditional |= way.conditions().count() > 0;
      add(route, way, router);
    }
    Pipeline unmatched =
        new Pipeline(
            UNMATCHED,
            new Filter[0],
            exchange -> exchange.fail(Failure.of(Outcome.NO_ROUTE, "no route matches")),
            new RouteMeters(commons.telemetry(), UNMATCHED, FAILURES),
            Transform.NONE,
            commons.errorPages().everywhere());
    return new Plan(
        router.build(way -> way.conditions().count()),
        conditional,
        unmatched,
        List.copyOf(forwarders.values()));
  }

  private Map<String, Forwarder> forwarders() {
    Map<String, Forwarder> forwarders = new LinkedHashMap<>();
    for (UpstreamConfig upstream : config.upstreams()) {
      String name = upstream.name();
      UpstreamState state = Objects.requireNonNull(commons.upstreams().get(name));
      forwarders.put(
          name,
          new Forwarder(
              vertx,
              upstream,
              state.backends(),
              state.tls(),
              Balancer.of(upstream, ThreadLocalRandom.current(), commons.journal().ticker()),
              state.sticky(),
              state.witness(),
              state.capacity(),
              state.budget(),
              commons.bodies(),
              state.meters(),
              commons.journal().ticker()));
    }
    return forwarders;
  }

  private static void add(RouteConfig route, Way way, Router.Builder<Way> router) {
    List<@org.jspecify.annotations.Nullable String> hosts =
        route.match().hosts().isEmpty()
            ? java.util.Collections.singletonList(null)
            : new ArrayList<>(route.match().hosts().stream().map(HostName::of).toList());
    for (String host : hosts) {
      switch (route.match().path()) {
        case RouteConfig.Prefix prefix -> router.prefix(host, prefix.prefix(), way);
        case RouteConfig.Exact exact -> router.exact(host, exact.path(), way);
        case RouteConfig.Regex regex -> router.regex(host, regex.regex(), way);
      }
    }
  }

  private Pipeline pipeline(RouteConfig route, Map<String, Forwarder> forwarders) {
    Compression compression =
        route.compress() == null ? null : new Compression(route.compress(), commons.codings());
    return new Pipeline(
        route.name(),
        filters(route, compression),
        handler(route, forwarders, compression),
        new RouteMeters(commons.telemetry(), route.name(), FAILURES),
        transform(route),
        commons.errorPages().of(route.name()));
  }

  private Transform transform(RouteConfig route) {
    return new Transform(
        FieldEdits.of(route.requestHeaders(), commons.node(), route.name()),
        FieldEdits.of(route.responseHeaders(), commons.node(), route.name()));
  }

  private static boolean stores(RouteConfig route) {
    return route.cache() != null && route.cache().enabled();
  }

  private Filter[] filters(RouteConfig route, @Nullable Compression compression) {
    List<Filter> filters = new ArrayList<>();
    Map<RateLimitConfig, LeaseBook> books = new LinkedHashMap<>();
    for (RateLimitConfig limit : config.rateLimits()) {
      if (route.rateLimit().contains(limit.name())) {
        books.put(limit, commons.limits().book(limit));
      }
    }
    RouteConfig.Access access = route.access();
    if (!access.allow().isEmpty() || !access.deny().isEmpty()) {
      filters.add(new AccessFilter(lists(access.allow()), lists(access.deny())));
    }
    if (!books.isEmpty()) {
      filters.add(new RateLimitFilter(books));
    }
    if (route.rewrite() != null) {
      filters.add(new RewriteFilter(route.rewrite()));
    }
    if (compression != null) {
      filters.add(
          stores(route)
              ? CompressingOrigin.asOneCoding(compression)
              : new CompressFilter(compression));
    }
    if (route.proxy() != null && commons.errorPages().of(route.name()).intercept()) {
      filters.add(new InterceptFilter(commons.errorPages().of(route.name())));
    }
    return filters.toArray(Filter[]::new);
  }

  private List<AddressSet> lists(List<String> names) {
    return names.stream().map(name -> Objects.requireNonNull(commons.access().get(name))).toList();
  }

  private Handler handler(
      RouteConfig route, Map<String, Forwarder> forwarders, @Nullable Compression compression) {
    if (route.redirect() != null) {
      return new RedirectHandler(
          Wording.of(route.redirect().to(), commons.node(), route.name()),
          route.redirect().status());
    }
    if (route.respond() != null) {
      return new RespondHandler(route.respond());
    }
    if (route.files() != null) {
      return new FilesHandler(
          route.files(),
          route.match().path(),
          commons.disk(),
          commons.shelf(),
          commons.journal().clock());
    }
    RouteConfig.Proxy proxy = Objects.requireNonNull(route.proxy());
    Origin upstream = origin(route.name(), proxy, forwarders);
    RouteConfig.Caching caching = route.cache();
    if (caching == null || !caching.enabled()) {
      return new ProxyHandler(upstream);
    }
    Origin origin = compression == null ? upstream : new CompressingOrigin(upstream, compression);
    return new CacheHandler(
        caching, commons.cache(), origin, CacheHandler.meters(commons.telemetry(), route.name()));
  }

  /** Takes the cookies out by which the route's upstreams keep clients on their backends. */
  private @Nullable UnaryOperator<String> withoutSessions(
      RouteConfig.Proxy proxy, RouteConfig.Mirror mirror) {
    List<String> upstreams = new ArrayList<>(proxy.weighted().keySet());
    upstreams.add(mirror.upstream());
    if (proxy.upstream() != null) {
      upstreams.add(proxy.upstream());
    }
    UnaryOperator<String> all = null;
    for (String upstream : upstreams) {
      StickySession sticky = Objects.requireNonNull(commons.upstreams().get(upstream)).sticky();
      if (sticky != null) {
        UnaryOperator<String> before = all;
        all = before == null ? sticky::stripped : value -> sticky.stripped(before.apply(value));
      }
    }
    return all;
  }

  private Origin origin(String route, RouteConfig.Proxy proxy, Map<String, Forwarder> forwarders) {
    String single = proxy.upstream();
    Origin upstream =
        single == null
            ? new Split(forwarders, proxy.weighted())
            : Objects.requireNonNull(forwarders.get(single));
    RouteConfig.Mirror mirror = proxy.mirror();
    return mirror == null
        ? upstream
        : new Mirror(
            upstream,
            Objects.requireNonNull(forwarders.get(mirror.upstream())),
            mirror.percent(),
            ThreadLocalRandom.current(),
            withoutSessions(proxy, mirror),
            new MirrorMeters(commons.telemetry(), route));
  }
}
