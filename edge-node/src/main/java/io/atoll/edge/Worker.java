package io.atoll.edge;

import io.atoll.config.EdgeConfig;
import io.atoll.config.ListenerConfig;
import io.atoll.edge.answer.HttpsRedirectHandler;
import io.atoll.edge.exchange.Filter;
import io.atoll.edge.exchange.Ingress;
import io.atoll.edge.exchange.Patience;
import io.atoll.edge.exchange.Peers;
import io.atoll.edge.exchange.Pipeline;
import io.atoll.edge.exchange.Routing;
import io.atoll.edge.guard.Guard;
import io.atoll.edge.guard.Rejection;
import io.atoll.edge.listener.AddressTokens;
import io.atoll.edge.listener.Admission;
import io.atoll.edge.listener.Listener;
import io.atoll.edge.listener.Reception;
import io.atoll.edge.plan.Commons;
import io.atoll.edge.plan.Plan;
import io.atoll.edge.plan.PlanCompiler;
import io.atoll.edge.telemetry.NodeMeters;
import io.atoll.edge.telemetry.RouteMeters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of the node: a server of each listener, a plan, its connections to
 * backends. Its methods may be called from any thread; all of it runs on the loop.
 */
final class Worker {
  private static final long LAG_PERIOD_MILLIS = 100;
  private final Vertx vertx;
  private final Context context;
  private final EdgeConfig config;
  private final Commons commons;
  private final Map<String, Admission> admissions;
  private final AddressTokens tokens;
  private final NodeMeters nodeMeters;
  private final List<Listener> listeners = new ArrayList<>();
  private @Nullable Plan plan;

  /** Not open yet; the context is an event loop's. */
  Worker(
      Context context,
      EdgeConfig config,
      Commons commons,
      Map<String, Admission> admissions,
      AddressTokens tokens,
      NodeMeters nodeMeters) {
    this.vertx = context.owner();
    this.context = context;
    this.config = config;
    this.commons = commons;
    this.admissions = admissions;
    this.tokens = tokens;
    this.nodeMeters = nodeMeters;
  }

  /** Compiles the plan and opens the servers. */
  Future<Void> open() {
    return Future.future(done -> context.runOnContext(_ -> openHere().onComplete(done)));
  }

  private Future<Void> openHere() {
    plan = new PlanCompiler(vertx, config, commons).compile();
    watchLag(commons.journal().ticker().getAsLong());
    Map<Rejection, Runnable> rejections = new EnumMap<>(Rejection.class);
    for (Rejection reason : Rejection.values()) {
      rejections.put(reason, nodeMeters.rejection(reason.word()));
    }
    List<Future<Listener>> opening = new ArrayList<>();
    for (ListenerConfig listener : config.listeners()) {
      opening.add(open(listener, rejections));
    }
    return Future.all(opening).onSuccess(all -> listeners.addAll(all.list())).mapEmpty();
  }

  private Future<Listener> open(ListenerConfig listener, Map<Rejection, Runnable> rejections) {
    ListenerConfig.Limits limits = listener.limits();
    Ingress ingress = Ingress.of(listener);
    Patience patience =
        new Patience(
            limits.idleTimeout(), limits.headTimeout(), limits.bodyMinRate().perSecond().bytes());
    Peers peers = new Peers(vertx, ingress, patience, commons.journal().ticker());
    EdgePipeline pipeline =
        new EdgePipeline(
            context,
            ingress,
            peers,
            new Guard(limits.headerCount(), ingress.maxBody()),
            routing(listener),
            commons.journal(),
            rejections);
    Reception reception =
        new Reception(
            Objects.requireNonNull(admissions.get(listener.name())),
            peers,
            pipeline,
            pipeline::invalid,
            reason -> Objects.requireNonNull(rejections.get(reason)).run());
    return Listener.open(vertx, listener, reception, tokens);
  }

  private Routing routing(ListenerConfig listener) {
    Integer port = listener.redirectToHttps();
    if (port == null) {
      return (target, request, ingress, peer) ->
          Objects.requireNonNull(plan).pipeline(target, request, ingress, peer);
    }
    Pipeline redirect =
        new Pipeline(
            listener.name(),
            new Filter[0],
            new HttpsRedirectHandler(port),
            new RouteMeters(commons.telemetry(), listener.name()));
    return (_, _, _, _) -> redirect;
  }

  /**
   * Swaps the plan for one from another configuration; exchanges under way finish on the old one.
   */
  Future<Void> reload(EdgeConfig next, Commons with) {
    return Future.future(
        done ->
            context.runOnContext(
                _ -> {
                  try {
                    Plan before = plan;
                    plan = new PlanCompiler(vertx, next, with).compile();
                    if (before != null) {
                      before.close();
                    }
                    done.complete();
                  } catch (RuntimeException e) {
                    done.fail(e);
                  }
                }));
  }

  /** The ports of its listeners, in the order of the configuration. */
  List<Integer> ports() {
    return listeners.stream().map(Listener::port).toList();
  }

  /** Stops accepting and lets exchanges under way finish. */
  Future<Void> shutdown(Duration timeout) {
    return Future.join(listeners.stream().map(listener -> listener.shutdown(timeout)).toList())
        .mapEmpty();
  }

  private void watchLag(long before) {
    vertx.setTimer(
        LAG_PERIOD_MILLIS,
        _ -> {
          long now = commons.journal().ticker().getAsLong();
          nodeMeters.lag(now - before - LAG_PERIOD_MILLIS * 1_000_000);
          watchLag(now);
        });
  }
}
