package io.atoll.edge.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What came of asking DNS. */
sealed interface Reply<T> {
  /**
   * An answer.
   *
   * @param items one or more
   * @param timeToLive of the record that lives shortest
   */
  record Some<T>(List<T> items, Duration timeToLive) implements Reply<T> {}

  /** The name servers say that there is nothing: no such name, or no such records. */
  record None<T>(String why) implements Reply<T> {}

  /**
   * The name servers could not say.
   *
   * @param late whether that is so because no answer came in time
   */
  record Failed<T>(String why, boolean late) implements Reply<T> {}

  /** The reply with what is made of its items. */
  default <R> Reply<R> map(Function<List<T>, List<R>> how) {
    return switch (this) {
      case Some<T> some -> new Some<>(how.apply(some.items()), some.timeToLive());
      case None<T> none -> new None<>(none.why());
      case Failed<T> failed -> new Failed<>(failed.why(), failed.late());
    };
  }

  /** Two replies as one, which has failed where either has: half an answer is none. */
  static <T> Reply<T> together(Reply<T> one, Reply<T> other) {
    return switch (one) {
      case Failed<T> failed -> failed;
      case None<T> _ -> other;
      case Some<T> some ->
          switch (other) {
            case Failed<T> failed -> failed;
            case None<T> _ -> some;
            case Some<T> more -> joined(some, more);
          };
    };
  }

  private static <T> Reply<T> joined(Some<T> one, Some<T> other) {
    List<T> all = new ArrayList<>(one.items());
    all.addAll(other.items());
    return new Some<>(all, shorter(one.timeToLive(), other.timeToLive()));
  }

  /** The shorter of two times. */
  static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
