package io.atoll.edge.problem;

import io.atoll.config.ErrorPageConfig;
import io.atoll.edge.negotiate.Accept;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of a route are shown for a failure: the page that they like best of those for
 * its status, the first where they like several the same; or the {@link Problem} in a form of its
 * own, where they like that better. Immutable, and safe on any event loop.
 */
public final class ErrorPages {
  /** No pages: every failure is told in a form of its own. */
  public static final ErrorPages NONE = new ErrorPages(List.of());

  private static final int FIRST = 400;
  private static final int STATUSES = 200;
  private static final Page[] NOTHING = {};

  private final Page[][] byStatus;
  private final List<Page> pages;

  private ErrorPages(List<Page> pages) {
    this.pages = pages;
    this.byStatus =
        IntStream.range(FIRST, FIRST + STATUSES)
            .mapToObj(status -> pages.stream().filter(page -> page.isFor(status)))
            .map(fitting -> fitting.toArray(Page[]::new))
            .toArray(Page[][]::new);
  }

  /** Pages in the order of the configuration. */
  public static ErrorPages of(List<ErrorPageConfig> pages) {
    return pages.isEmpty() ? NONE : new ErrorPages(pages.stream().map(Page::new).toList());
  }

  /** These, and behind them others, which are not copied. */
  public ErrorPages before(ErrorPages others) {
    if (pages.isEmpty() || others.pages.isEmpty()) {
      return pages.isEmpty() ? others : this;
    }
    return new ErrorPages(Stream.concat(pages.stream(), others.pages.stream()).toList());
  }

  /** Whether a page may stand in place of what a backend answers. */
  public boolean intercept() {
    return pages.stream().anyMatch(Page::intercepts);
  }

  /** What a client is shown for a failure of this node's own. */
  public Shown of(Problem problem, Accept accept) {
    Page[] fitting = fitting(problem.status());
    Page page = fitting.length == 0 ? null : best(fitting, accept, problem.rank(accept), false);
    return page == null ? problem.shown(accept) : page.shown();
  }

  /** Whether {@link #instead} depends on what a client accepts. */
  public boolean mayIntercept(int status) {
    return Arrays.stream(fitting(status)).anyMatch(Page::intercepts);
  }

  /**
   * What a client is shown in place of what a backend answered; null: that.
   *
   * @param status the backend's
   * @param mediaType of its response, in lower case, without parameters; empty where it says none
   */
  public @Nullable Shown instead(int status, String mediaType, Accept accept) {
    Page page = best(fitting(status), accept, accept.rank(mediaType), true);
    return page == null ? null : page.shown();
  }

  private Page[] fitting(int status) {
    int place = status - FIRST;
    return place >= 0 && place < STATUSES ? byStatus[place] : NOTHING;
  }

  /** The first of those that a client likes best, if it likes it no less than something else. */
  private static @Nullable Page best(Page[] pages, Accept accept, int atLeast, boolean instead) {
    Page best = null;
    int most = Math.max(1, atLeast);
    for (Page page : pages) {
      int rank = accept.rank(page.mediaType());
      boolean better = best == null ? rank >= most : rank > most;
      if (better && (page.intercepts() || !instead)) {
        best = page;
        most = rank;
      }
    }
    return best;
  }
}
