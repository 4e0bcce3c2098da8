package io.atoll.edge.cache;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What this node has read of the purge log: for each target the number of the last purge that named
 * it. Any thread reads; whoever reads the log writes, under this object's lock.
 *
 * <p><b>Rule.</b> A response carries the {@link Mark} its node had when the fetch began. It is
 * served only if no purge with a higher number names it. So a response fetched before a purge and
 * stored after it is born stale, without comparing clocks.
 *
 * <p><b>Cost.</b> Every change of the index changes its {@link #stamp()}. A response in L1
 * remembers the stamp at which it was last found current; while the two are equal, the check is one
 * comparison. Else it takes one look-up for the URL, one for each surrogate key, one for the host
 * and one for each segment of the path, and kinds that no purge has named are skipped.
 *
 * <p><b>Bounds.</b> Nothing stored lives longer than {@link Freshness#LONGEST} without being
 * fetched or validated anew, so a purge is forgotten a little later than that. When more than the
 * given number are remembered, the oldest is folded into the floor: whatever was fetched before it
 * counts as purged, whether it was named or not. Purges of one target count once.
 *
 * <p><b>Lineage.</b> Numbers mean something within one log only. If the log is lost with every copy
 * and begun anew, its numbers start again, and what was stored by the old numbers would look newer
 * than any purge. So each log has a random lineage, each mark carries it, and a response of another
 * lineage counts as purged. After a split brain both sides' logs have one lineage but went on with
 * numbers of their own; then the losing side's nodes begin a new <em>era</em>, in which nothing
 * they hold counts.
 */
public final class PurgeIndex {
  /** Purges remembered by default. */
  public static final int CAPACITY = 100_000;

  private static final long REMEMBERED_NANOS =
      Freshness.LONGEST.plus(Freshness.LONGEST.dividedBy(24)).toNanos();

  private final int capacity;
  private final LongSupplier ticker;
  private final Consumer<PurgeTarget.Kind> applied;
  private final Map<PurgeTarget.Kind, ConcurrentHashMap<String, Numbers>> last =
      new EnumMap<>(PurgeTarget.Kind.class);
  private final LinkedHashMap<PurgeTarget, Applied> order = new LinkedHashMap<>();
  private volatile long floor = Long.MIN_VALUE;
  private volatile Mark mark = new Mark(0, -1, 0);
  private volatile long stamp = 1;

  /** The last purges that named a target; -1: none. */
  private record Numbers(long hard, long soft) {
    long latest() {
      return Math.max(hard, soft);
    }
  }

  /** A target's last purge. */
  private record Applied(long number, long nanos) {}

  /**
   * An index that remembers nothing yet.
   *
   * @param capacity purges remembered
   * @param ticker nanoseconds
   * @param applied told of every purge applied; must be quick
   */
  public PurgeIndex(int capacity, LongSupplier ticker, Consumer<PurgeTarget.Kind> applied) {
    this.capacity = capacity;
    this.ticker = ticker;
    this.applied = applied;
    for (PurgeTarget.Kind kind : PurgeTarget.Kind.values()) {
      last.put(kind, new ConcurrentHashMap<>());
    }
  }

  /** How far this node has read. */
  public Mark mark() {
    return mark;
  }

  /** Differs from any earlier value after any change; never 0. */
  public long stamp() {
    return stamp;
  }

  /** Targets whose purges are remembered; for tests and gauges. */
  public synchronized int size() {
    return order.size();
  }

  /**
   * Forgets everything: what is held by earlier marks of this node counts as purged.
   *
   * @param lineage of the log that is read from now on
   * @param number already behind: the next purge applied has a higher one
   */
  public synchronized void begin(long lineage, long number) {
    last.values().forEach(Map::clear);
    order.clear();
    // Purges up to that number were not read: whatever is older must count as named by them.
    floor = number;
    mark = new Mark(lineage, number, mark.era() + 1);
    stamp++;
  }

  /** Notes a purge; one that was applied before changes nothing. */
  public synchronized void apply(long number, PurgeTarget target, boolean soft) {
    if (number <= mark.number()) {
      return;
    }
    long now = ticker.getAsLong();
    named(target.kind())
        .compute(
            target.value(),
            (_, before) -> {
              if (before == null) {
                return new Numbers(soft ? -1 : number, soft ? number : -1);
              }
              return soft ? new Numbers(before.hard, number) : new Numbers(number, before.soft);
            });
    // In place of an earlier one: what that said of older responses this one says as well.
    order.remove(target);
    order.put(target, new Applied(number, now));
    forget(now);
    advance(number);
    applied.accept(target.kind());
  }

  /** Notes that the log has been read up to a number, whatever it said. */
  public synchronized void advance(long number) {
    if (number > mark.number()) {
      mark = new Mark(mark.lineage(), number, mark.era());
      stamp++;
    }
  }

  private void forget(long now) {
    Map.Entry<PurgeTarget, Applied> oldest = order.firstEntry();
    while (oldest != null && (order.size() > capacity || old(oldest.getValue(), now))) {
      order.pollFirstEntry();
      if (!old(oldest.getValue(), now)) {
        floor = Math.max(floor, oldest.getValue().number());
      }
      named(oldest.getKey().kind()).remove(oldest.getKey().value());
      oldest = order.firstEntry();
    }
  }

  private static boolean old(Applied purge, long now) {
    return now - purge.nanos() > REMEMBERED_NANOS;
  }

  /** What the purges read so far say of a response. */
  public Standing standing(StoredHead head) {
    Mark now = mark;
    Mark then = head.mark();
    if (then.era() != now.era() || then.lineage() != now.lineage() || then.number() < floor) {
      return Standing.PURGED;
    }
    Standing standing = Standing.CURRENT;
    if (names(PurgeTarget.Kind.URL)) {
      standing = worse(standing, PurgeTarget.Kind.URL, head.url(), then.number());
    }
    if (names(PurgeTarget.Kind.KEY)) {
      for (String key : head.surrogateKeys()) {
        standing = worse(standing, PurgeTarget.Kind.KEY, key, then.number());
      }
    }
    if (names(PurgeTarget.Kind.HOST)) {
      standing = worse(standing, PurgeTarget.Kind.HOST, head.host(), then.number());
    }
    if (names(PurgeTarget.Kind.PREFIX)) {
      standing = prefixes(standing, head.hostAndPath(), then.number());
    }
    return standing;
  }

  private boolean names(PurgeTarget.Kind kind) {
    return !named(kind).isEmpty();
  }

  /** By value: what a response says of itself is looked up as it is, however odd it may be. */
  private ConcurrentHashMap<String, Numbers> named(PurgeTarget.Kind kind) {
    return Objects.requireNonNull(last.get(kind));
  }

  private Standing prefixes(Standing before, String hostAndPath, long number) {
    Standing standing = before;
    int slash = hostAndPath.indexOf('/');
    for (int depth = 0; slash >= 0 && depth <= PurgeTarget.DEEPEST; depth++) {
      standing = worse(standing, PurgeTarget.Kind.PREFIX, hostAndPath.substring(0, slash), number);
      slash = hostAndPath.indexOf('/', slash + 1);
    }
    return worse(standing, PurgeTarget.Kind.PREFIX, hostAndPath, number);
  }

  private Standing worse(Standing before, PurgeTarget.Kind kind, String value, long number) {
    if (before == Standing.PURGED || value.isEmpty()) {
      return before;
    }
    Numbers numbers = named(kind).get(value);
    if (numbers == null || numbers.latest() <= number) {
      return before;
    }
    return numbers.hard() > number ? Standing.PURGED : Standing.SOFT;
  }

  @Override
  public String toString() {
    return mark + " " + order;
  }
}
