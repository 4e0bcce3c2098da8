package io.atoll.edge.admin;

import io.atoll.edge.discovery.Change;
import io.atoll.edge.discovery.Outcome;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What the admin server can ask of its node and have it do; the composition root implements it.
 * Called on an event loop where nothing else is said: answers come without blocking, from what the
 * node knows. A failure with an {@link IllegalArgumentException} is the asker's doing, and its
 * message is shown.
 */
public interface AdminOperations {
  /**
   * Meters as Prometheus reads them. May take long: called on a worker thread.
   *
   * @param names of those wanted; none: all
   */
  String metrics(List<String> names);

  /** The cluster; {@link ClusterView#ready()} decides what {@code /readyz} says. */
  ClusterView cluster();

  /** All upstreams. */
  List<UpstreamView> upstreams();

  /** One of them; null: there is none of that name. */
  @Nullable UpstreamView upstream(String name);

  /** All routes, in the order in which they are matched. */
  List<RouteView> routes();

  /** The configuration in force as JSON, without its secrets. */
  String config();

  /** Purges on every node. Answers when all have confirmed, or with those that did in time. */
  CompletionStage<PurgeReport> purge(PurgeOrder order);

  /** Whether a drain or its end took effect, or what is not there. */
  enum Drained {
    /** The cluster knows. */
    DONE,
    /** There is no such upstream. */
    NO_UPSTREAM,
    /** Too many of its backends drain. */
    FULL
  }

  /**
   * Has all nodes drain a backend, or stop draining it, whether it is listed now or not.
   *
   * @param upstream its name
   * @param address {@code HOST:PORT}, as {@link io.atoll.config.BackendAddress#authority()}
   * @param draining true to drain, false to use it again
   */
  CompletionStage<Drained> drain(String upstream, String address, boolean draining);

  /** The sessions of an upstream; null: there is no such upstream. */
  @Nullable UpstreamSessions sessions(String upstream);

  /**
   * Has all nodes add, remove or weigh a backend.
   *
   * @param upstream its name
   * @param expected whether the change may follow a version of the upstream's orders
   * @return fails where it can't be said that the cluster holds it
   */
  CompletionStage<Outcome> change(String upstream, Change change, LongPredicate expected);

  /**
   * Reads the configuration again and puts it in force.
   *
   * @return every error of the file, and then the old one stays in force; empty: done
   */
  CompletionStage<List<String>> reload();
}
