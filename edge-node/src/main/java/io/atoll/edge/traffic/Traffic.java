package io.atoll.edge.traffic;

import io.atoll.edge.traffic.TrafficBoard.Posted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The traffic of one upstream: what this node counts itself, and what all nodes had together by
 * what they last posted. Thread-safe; counting neither locks nor allocates.
 */
public final class Traffic {
  /** What requests and retries are counted over. */
  public static final Duration WINDOW = Duration.ofSeconds(10);

  /** Who has traffic says so this often, however little has changed. */
  static final Duration POSTED_AGAIN = Duration.ofSeconds(1);

  private final String upstream;
  private final TrafficBoard board;
  private final Duration backendWindow;
  private final LongSupplier ticker;
  private final SlidingSum requests = new SlidingSum(WINDOW);
  private final SlidingSum retries = new SlidingSum(WINDOW);
  private final Map<String, Tally> tallies = new ConcurrentHashMap<>();
  private Figures posted = Figures.NONE;
  private long postedAt;

  /**
   * No traffic yet.
   *
   * @param upstream its name
   * @param board where figures are posted and those of others read
   * @param backendWindow what each backend's answers are counted over
   * @param ticker nanoseconds
   */
  public Traffic(String upstream, TrafficBoard board, Duration backendWindow, LongSupplier ticker) {
    this.upstream = upstream;
    this.board = board;
    this.backendWindow = backendWindow;
    this.ticker = ticker;
  }

  /** A request begins. */
  public void request() {
    requests.add(ticker.getAsLong(), 1);
  }

  /** A request is tried again. */
  public void retried() {
    retries.add(ticker.getAsLong(), 1);
  }

  /** Requests of this node in the window. */
  public long ownRequests() {
    return requests.sum(ticker.getAsLong());
  }

  /** Retries of this node in the window. */
  public long ownRetries() {
    return retries.sum(ticker.getAsLong());
  }

  /** Nodes whose figures count at present, this one included. */
  public int nodes() {
    long now = ticker.getAsLong();
    int count = 1;
    for (Posted other : board.others(upstream)) {
      count += other.fresh(now) ? 1 : 0;
    }
    return count;
  }

  /** Seconds since the oldest of the others' figures that count came; 0 where there are none. */
  public double age() {
    long now = ticker.getAsLong();
    long oldest = now;
    for (Posted other : board.others(upstream)) {
      oldest = other.fresh(now) && other.receivedAt() - oldest < 0 ? other.receivedAt() : oldest;
    }
    return Duration.ofNanos(now - oldest).toMillis() / 1000.0;
  }

  /**
   * Where a backend's answers are counted.
   *
   * @param backend its {@code HOST:PORT}
   */
  public Tally tally(String backend) {
    return tallies.computeIfAbsent(backend, _ -> new Tally(backendWindow));
  }

  /** Forgets a backend. */
  public void forget(String backend) {
    tallies.remove(backend);
  }

  /** What this node would post now. */
  public Figures own() {
    long now = ticker.getAsLong();
    Map<String, Seen> backends = new HashMap<>();
    tallies.forEach(
        (backend, tally) -> {
          Seen seen = tally.seen(now);
          if (seen.outcomes() > 0) {
            backends.put(backend, seen);
          }
        });
    return new Figures(requests.sum(now), retries.sum(now), backends);
  }

  /** The figures of the other nodes that count at present. */
  public List<Figures> others() {
    long now = ticker.getAsLong();
    List<Figures> fresh = new ArrayList<>();
    for (Posted other : board.others(upstream)) {
      if (other.fresh(now)) {
        fresh.add(other.figures());
      }
    }
    return fresh;
  }

  /**
   * Posts this node's figures where they are others than before, or were posted a while ago. To be
   * called by one thread.
   *
   * @return whether there is traffic in the window, so that they will be others before long
   */
  public boolean post() {
    Figures now = own();
    long at = ticker.getAsLong();
    boolean again = !now.quiet() && at - postedAt >= POSTED_AGAIN.toNanos();
    if (again || !now.equals(posted)) {
      board.post(upstream, now);
      posted = now;
      postedAt = at;
    }
    return !now.quiet();
  }
}
