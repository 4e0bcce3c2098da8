package io.atoll.edge.filter;

import io.atoll.config.RateLimitConfig;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Filter;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.ratelimit.BudgetKey;
import io.atoll.edge.ratelimit.ClientNetwork;
import io.atoll.edge.ratelimit.Decision;
import io.atoll.edge.ratelimit.Gcra;
import io.atoll.edge.ratelimit.Lease;
import io.atoll.edge.ratelimit.LeaseBook;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Admits a request if every limit of its route does, else answers 429. The response says what the
 * limits are and what is left of them (draft-ietf-httpapi-ratelimit-headers-10). Nearly always
 * decided at once; where an owner has to be asked, the exchange goes on from its own event loop.
 * Used by all event loops.
 */
public final class RateLimitFilter implements Filter {
  private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
  private static final CharSequence STATE = HttpHeaders.createOptimized("RateLimit");
  private static final int LONGEST_VALUE = 128;
  private static final String NO_VALUE = "";

  private final Step[] steps;

  /**
   * The limits of a route, in the order in which they are asked.
   *
   * @param books the leases of each limit
   */
  public RateLimitFilter(Map<RateLimitConfig, LeaseBook> books) {
    this.steps =
        books.entrySet().stream()
            .map(limit -> Step.of(limit.getKey(), limit.getValue()))
            .toArray(Step[]::new);
  }

  @Override
  public void apply(Exchange exchange) {
    go(exchange, 0, null);
  }

  private void go(Exchange exchange, int from, @Nullable Admission before) {
    Admission admitted = before;
    for (int i = from; i < steps.length; i++) {
      Lease lease = steps[i].lease(exchange);
      Decision decision = lease.spend();
      if (decision == Decision.UNDECIDED) {
        waitForOwner(exchange, i, lease, admitted);
        return;
      }
      if (!settled(exchange, i, lease, decision, admitted)) {
        return;
      }
      if (steps.length > 1) {
        admitted = new Admission(lease, decision, admitted);
      }
    }
    exchange.proceed();
  }

  private void waitForOwner(
      Exchange exchange, int step, Lease lease, @Nullable Admission admitted) {
    CompletableFuture<Decision> answer = lease.ask().toCompletableFuture();
    if (answer.isDone()) {
      goOn(exchange, step, lease, answer.join(), admitted);
    } else {
      var _ =
          answer.thenAccept(
              decision ->
                  exchange
                      .context()
                      .runOnContext(_ -> goOn(exchange, step, lease, decision, admitted)));
    }
  }

  private void goOn(
      Exchange exchange, int step, Lease lease, Decision decision, @Nullable Admission admitted) {
    if (exchange.gone()) {
      undo(new Admission(lease, decision, admitted));
    } else if (settled(exchange, step, lease, decision, admitted)) {
      go(exchange, step + 1, new Admission(lease, decision, admitted));
    }
  }

  /** Writes the fields; where the limit refuses, answers, and undoes what others admitted. */
  private boolean settled(
      Exchange exchange, int step, Lease lease, Decision decision, @Nullable Admission admitted) {
    exchange.addField(POLICY, steps[step].policy);
    exchange.addField(STATE, steps[step].state(lease));
    if (decision.admitted()) {
      return true;
    }
    undo(admitted);
    exchange.fail(
        new Failure(
            Outcome.RATE_LIMITED,
            "The budget \"" + steps[step].book.limit() + "\" is spent",
            Math.max(1, lease.nextInSeconds())));
    return false;
  }

  private static void undo(@Nullable Admission last) {
    for (Admission one = last; one != null; one = one.before) {
      one.lease.refund(one.decision);
    }
  }

  /** A limit that has admitted the request, to be undone if another refuses. */
  private record Admission(Lease lease, Decision decision, @Nullable Admission before) {}

  /** One limit: whose budget a request is counted against, and how the response tells of it. */
  private record Step(
      LeaseBook book, RateLimitConfig.Key key, CharSequence policy, String stateStart) {
    static Step of(RateLimitConfig limit, LeaseBook book) {
      Gcra bucket = book.bucket();
      String name = '"' + limit.name() + '"';
      long window = Math.max(1, Math.ceilDiv(bucket.capacityNanos(), 1_000_000_000L));
      return new Step(
          book,
          limit.key(),
          HttpHeaders.createOptimized(name + ";q=" + bucket.burst() + ";w=" + window),
          name + ";r=");
    }

    Lease lease(Exchange exchange) {
      return book.lease(
          switch (key) {
            case RateLimitConfig.ClientIp _ -> ClientNetwork.of(exchange.clientAddress());
            case RateLimitConfig.Route _ -> exchange.route();
            case RateLimitConfig.Header header -> value(exchange, header.header());
            case RateLimitConfig.Host _ -> exchange.host();
            case RateLimitConfig.Cookie cookie -> throw new IllegalStateException(cookie.cookie());
            case RateLimitConfig.Expression expression ->
                throw new IllegalStateException(expression.expression());
          });
    }

    String state(Lease lease) {
      return stateStart + lease.remaining() + ";t=" + lease.nextInSeconds();
    }

    private static String value(Exchange exchange, String field) {
      String value = exchange.request().getHeader(field);
      if (value == null) {
        return NO_VALUE;
      }
      return value.length() <= LONGEST_VALUE ? value : BudgetKey.digest(value);
    }
  }
}
