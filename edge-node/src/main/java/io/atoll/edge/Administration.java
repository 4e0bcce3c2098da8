package io.atoll.edge;

import io.atoll.config.ConfigDump;
import io.atoll.config.RouteConfig;
import io.atoll.edge.admin.AdminOperations;
import io.atoll.edge.admin.ClusterView;
import io.atoll.edge.admin.PurgeOrder;
import io.atoll.edge.admin.PurgeReport;
import io.atoll.edge.admin.RouteView;
import io.atoll.edge.admin.UpstreamSessions;
import io.atoll.edge.admin.UpstreamView;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.cache.ResponseCache;
import io.atoll.edge.discovery.Change;
import io.atoll.edge.discovery.Membership;
import io.atoll.edge.discovery.Memberships;
import io.atoll.edge.discovery.Operators;
import io.atoll.edge.discovery.Outcome;
import io.atoll.edge.discovery.Source;
import io.atoll.edge.health.Ejection;
import io.atoll.edge.health.HealthMonitor;
import io.atoll.edge.plan.UpstreamState;
import io.atoll.edge.telemetry.SessionMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the admin API shows of this node and does with it. */
final class Administration implements AdminOperations {
  private final String id;
  private final Node node;
  private final Telemetry telemetry;
  private final SharedState shared;
  private final HealthMonitor health;
  private final Memberships memberships;
  private final Operators operators;
  private final ResponseCache cache;
  private final Generations generations;
  private final Executor blocking = task -> Thread.ofVirtual().start(task);

  Administration(
      String id,
      Node node,
      Telemetry telemetry,
      SharedState shared,
      HealthMonitor health,
      Memberships memberships,
      ResponseCache cache,
      Generations generations) {
    this.id = id;
    this.node = node;
    this.telemetry = telemetry;
    this.shared = shared;
    this.health = health;
    this.memberships = memberships;
    this.operators = new Operators(memberships, shared.roster(), InstantSource.system());
    this.cache = cache;
    this.generations = generations;
  }

  @Override
  public String metrics(List<String> names) {
    return telemetry.scrape(names);
  }

  @Override
  public ClusterView cluster() {
    return new ClusterView(
        id,
        shared.peers().get().stream()
            .map(peer -> new ClusterView.Member(peer.node(), peer.address(), peer.self()))
            .toList(),
        node.ready(),
        node.draining());
  }

  @Override
  public List<UpstreamView> upstreams() {
    return generations.current().commons().upstreams().values().stream()
        .map(UpstreamState::backends)
        .map(this::view)
        .toList();
  }

  @Override
  public @Nullable UpstreamView upstream(String name) {
    UpstreamState state = generations.current().commons().upstreams().get(name);
    return state == null ? null : view(state.backends());
  }

  private UpstreamView view(BackendSet set) {
    Membership membership = memberships.of(set.upstream());
    return new UpstreamView(
        set.upstream(),
        set.rotation().panic(),
        set.all().stream().map(backend -> view(backend, set, membership)).toList(),
        membership == null ? 0 : membership.version(),
        membership == null ? List.of() : membership.removed(),
        health.draining(set.upstream()));
  }

  private UpstreamView.Backend view(
      Backend backend, BackendSet set, @Nullable Membership membership) {
    Source source = membership == null ? null : membership.source(backend.address().authority());
    return new UpstreamView.Backend(
        backend.address().authority(),
        backend.weight(),
        source == null ? null : source.word(),
        backend.member().zone(),
        Math.round(set.rotation().share(backend) * 10_000) / 10_000.0,
        backend.member().level() > 0,
        backend.verdict().word(),
        set.rotation().contains(backend),
        backend.ejected(),
        ejection(set.upstream(), backend.address().authority()),
        backend.outstanding(),
        observations(set.upstream(), backend.address().authority()));
  }

  private UpstreamView.@Nullable Ejection ejection(String upstream, String authority) {
    Ejection why = health.ejection(upstream, authority);
    return why == null ? null : new UpstreamView.Ejection(why.reason(), why.left().toMillis());
  }

  private List<UpstreamView.Observation> observations(String upstream, String authority) {
    return health.sightings(upstream, authority).stream()
        .map(
            sighting ->
                new UpstreamView.Observation(
                    sighting.node(),
                    sighting.passing(),
                    health.since(sighting.receivedAt()).toMillis()))
        .toList();
  }

  @Override
  public List<RouteView> routes() {
    return generations.current().config().routes().stream().map(Administration::view).toList();
  }

  private static @Nullable String target(RouteConfig.Proxy proxy) {
    return proxy.weighted().isEmpty()
        ? proxy.upstream()
        : proxy.weighted().entrySet().stream()
            .map(side -> side.getKey() + " " + side.getValue())
            .collect(Collectors.joining(", "));
  }

  private static RouteView view(RouteConfig route) {
    String path =
        switch (route.match().path()) {
          case RouteConfig.Prefix prefix -> prefix.prefix();
          case RouteConfig.Exact exact -> "= " + exact.path();
          case RouteConfig.Regex regex -> "~ " + regex.regex();
        };
    String handler =
        route.proxy() != null ? "proxy" : route.redirect() != null ? "redirect" : "respond";
    String target =
        route.proxy() != null
            ? target(route.proxy())
            : route.redirect() != null ? route.redirect().to().toString() : null;
    return new RouteView(
        route.name(),
        route.match().hosts(),
        path,
        handler,
        target,
        route.cache() != null && route.cache().enabled(),
        route.rateLimit());
  }

  @Override
  public String config() {
    return ConfigDump.json(generations.current().config());
  }

  @Override
  public CompletionStage<PurgeReport> purge(PurgeOrder order) {
    return cache
        .purge(order.urls(), order.keys(), order.prefixes(), order.hosts(), order.soft())
        .thenApply(
            receipt -> new PurgeReport(receipt.number(), receipt.confirmed(), receipt.missing()));
  }

  @Override
  public CompletionStage<Drained> drain(String upstream, String address, boolean draining) {
    if (!generations.current().commons().upstreams().containsKey(upstream)) {
      return CompletableFuture.completedFuture(Drained.NO_UPSTREAM);
    }
    return health
        .drain(upstream, address, draining)
        .thenApply(done -> done ? Drained.DONE : Drained.FULL);
  }

  @Override
  public @Nullable UpstreamSessions sessions(String upstream) {
    Generations.Generation now = generations.current();
    UpstreamState state = now.commons().upstreams().get(upstream);
    return state == null
        ? null
        : new SessionAdministration(
            now.config().upstreams().stream()
                .filter(config -> config.name().equals(upstream))
                .findFirst()
                .orElseThrow(),
            state.backends(),
            shared.sessionIndex(),
            () -> new SessionMeters(telemetry, upstream),
            InstantSource.system());
  }

  /**
   * What was removed drains no longer: its address may be another server's, or come back. Where the
   * second half of that has failed, it is made up for by who asks again.
   */
  @Override
  public CompletionStage<Outcome> change(String upstream, Change change, LongPredicate expected) {
    return operators
        .change(upstream, change, expected)
        .thenCompose(
            outcome ->
                change instanceof Change.Remove(String backend)
                        && (outcome instanceof Outcome.Done || outcome instanceof Outcome.NoBackend)
                        && health.draining(upstream).contains(backend)
                    ? health.drain(upstream, backend, false).thenApply(_ -> outcome)
                    : CompletableFuture.completedStage(outcome));
  }

  @Override
  public CompletionStage<List<String>> reload() {
    return CompletableFuture.supplyAsync(node::reload, blocking);
  }
}
