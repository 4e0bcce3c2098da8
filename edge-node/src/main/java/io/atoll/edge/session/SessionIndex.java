package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The table of sessions as operators see it: by handles from which no identifier can be had. Each
 * call looks at every session there is, so it is not for requests; it neither blocks nor counts as
 * use. An answer comes on any thread, or fails: with a {@link
 * java.util.concurrent.TimeoutException} where it takes too long, with a {@link
 * java.util.concurrent.RejectedExecutionException} where too many ask. Thread-safe.
 */
public interface SessionIndex {
  /** By what backends are told apart here: one that changes its scheme keeps its sessions. */
  Comparator<BackendAddress> AUTHORITY =
      Comparator.comparing(BackendAddress::host).thenComparingInt(BackendAddress::port);

  /**
   * A session that lives.
   *
   * @param handle names it among those of its upstream
   * @param binding where it lives and since when
   */
  record Listed(String handle, Binding binding) {}

  /**
   * How many sessions live.
   *
   * @param backends on each that was asked for
   * @param elsewhere on others, which the upstream has no longer
   */
  record Counts(Map<BackendAddress, Long> backends, long elsewhere) {}

  /**
   * Counts the sessions of an upstream.
   *
   * @param backends those it has, each of another authority
   */
  CompletionStage<Counts> count(String upstream, List<BackendAddress> backends);

  /**
   * A page of an upstream's sessions, in the order of their handles.
   *
   * @param at on this backend only, whatever its scheme; null: on any
   * @param after only handles behind this one; empty: from the first
   * @param limit so many at most
   */
  CompletionStage<List<Listed>> list(
      String upstream, @Nullable BackendAddress at, String after, int limit);

  /**
   * Ends a session.
   *
   * @return whether there was one of that handle
   */
  CompletionStage<Boolean> end(String upstream, String handle, Use use);

  /**
   * Ends all sessions that live on a backend, whatever its scheme.
   *
   * @return how many
   */
  CompletionStage<Long> endAll(String upstream, BackendAddress at, Use use);

  /**
   * How many sessions this node keeps for all, ended ones that are remembered included; perhaps as
   * of when it was asked last. Does not block.
   */
  long kept();
}
