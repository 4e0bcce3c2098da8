package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Deadlines;
import io.atoll.edge.telemetry.UpstreamMeters;
import org.jspecify.annotations.Nullable;

/**
 * A second try of one request, beside a first that is slower than most are: whichever answers first
 * is the client's, and the other is given up without blame. There is one at most. Confined to the
 * request's event loop.
 */
final class Hedge {
  private final Tries tries;
  private final Hedging hedging;
  private final Deadlines.Entry slow = new Deadlines.Entry(this::begin);
  private @Nullable Try first;
  private @Nullable Try second;

  Hedge(Tries tries, Hedging hedging) {
    this.tries = tries;
    this.hedging = hedging;
  }

  /** Begins a second try when this one, the first, has taken long enough. */
  void watch(Try begun) {
    first = begun;
    hedging.set(slow);
  }

  private void begin() {
    Try slowOne = first;
    Try other = slowOne == null ? null : tries.beside(slowOne);
    if (other != null) {
      second = other;
      other.open();
    }
  }

  /** Whether two tries are under way. */
  boolean isUnderWay() {
    return first != null && second != null;
  }

  /** One of two that are under way has come to nothing: the other. */
  @Nullable Try without(Try gone) {
    Try left = gone == first ? second : first;
    forget();
    return left;
  }

  /** One has answered. */
  void settled(Try winner) {
    if (first != null) {
      hedging.took(first.age());
    }
    Try loser = winner == first ? second : first;
    forget();
    if (loser != null && loser != winner) {
      loser.giveUp(UpstreamMeters.Result.CANCELLED);
    }
  }

  /** Gives up whatever is under way. */
  void stop() {
    Try one = first;
    Try other = second;
    forget();
    if (one != null) {
      one.giveUp(UpstreamMeters.Result.CANCELLED);
    }
    if (other != null) {
      other.giveUp(UpstreamMeters.Result.CANCELLED);
    }
  }

  /** There is no second try any more, nor will there be. */
  void forget() {
    slow.lift();
    first = null;
    second = null;
  }
}
