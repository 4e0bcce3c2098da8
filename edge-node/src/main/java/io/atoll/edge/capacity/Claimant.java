package io.atoll.edge.capacity;

import io.atoll.edge.health.BackendKey;
import io.atoll.edge.loop.Loop;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that this node has its share of one backend: measures what it could use, and tells the
 * ledger when that has changed or somebody waits. One claim at a time. All of it on the loop.
 */
final class Claimant {
  /** So far apart are two claims at least. */
  static final Duration URGENT = Duration.ofMillis(20);

  /** Between claims for those who wait, where there is not enough for all. */
  static final Duration WANTED = Duration.ofMillis(50);

  /** Between claims while there is not enough for all, and between measurements. */
  static final Duration SCARCE = Duration.ofMillis(100);

  /** Between claims while there is traffic, and enough for all. */
  static final Duration RELAXED = Duration.ofSeconds(1);

  /** After so long a claim counts as lost. */
  static final Duration DEADLINE = Duration.ofMillis(250);

  /**
   * A node that has not been answered for so long keeps no more than is due without an answer: the
   * others may soon hold it for gone, and divide what it has.
   */
  static final Duration ALONE = Duration.ofSeconds(5);

  /**
   * Requests that began before their backend left may still come so long after the last of them: as
   * after the wait before another try.
   */
  static final Duration LINGERING = Duration.ofSeconds(10);

  /** So often the ledger is told of a departure; after that it may think what it likes. */
  static final int MOST_FAREWELLS = 20;

  /** With each measurement it is taken to want this part less than before, at most. */
  private static final int FORGETS = 8;

  private final BackendKey key;
  private final Slots slots;
  private final ShareLedger ledger;
  private final Loop loop;
  private final LongSupplier numbers;
  private long number;
  private boolean asking;
  private boolean asked;
  private long askedAt;
  private long answeredAt;
  private long measuredAt;
  private int wanted;
  private @Nullable Claim said;
  private int nodes = 1;
  private boolean scarce;

  /** When something was last under way there, or waited; at the latest when it was delisted. */
  private long neededAt;

  private boolean listed = true;
  private boolean closed;
  private int farewells;
  private boolean over;

  /**
   * Nothing was claimed yet.
   *
   * @param numbers of claims, each greater than the one before; asked on the loop
   */
  Claimant(BackendKey key, Slots slots, ShareLedger ledger, Loop loop, LongSupplier numbers) {
    this.key = key;
    this.slots = slots;
    this.ledger = ledger;
    this.loop = loop;
    this.numbers = numbers;
    this.measuredAt = loop.now() - SCARCE.toNanos();
    this.answeredAt = loop.now();
  }

  Slots slots() {
    return slots;
  }

  /** Whether the ledger has answered, or failed to. */
  boolean settled() {
    return asked && !asking;
  }

  /**
   * Measures, and claims if it is time. One that was leaving stays.
   *
   * @param limit how many requests the backend may have of all nodes
   * @param waiting how many requests of this node wait for it
   * @param present how many nodes there are
   * @return whether there is traffic
   */
  boolean round(int limit, int waiting, int present) {
    listed = true;
    if (closed) {
      begin(limit);
    }
    return goOn(limit, waiting, present);
  }

  /** As at first, but that numbers of claims go on. */
  private void begin(int limit) {
    closed = false;
    over = false;
    farewells = 0;
    asked = false;
    said = null;
    int first = ledger.untilAnswered(limit);
    slots.exhausted(first >= limit);
    slots.share(first);
  }

  private boolean goOn(int limit, int waiting, int present) {
    long now = loop.now();
    if (present != nodes) {
      nodes = present;
      said = null; // what is the least that everyone may hold may be another now
    }
    measure(now, waiting);
    if (asking && now - askedAt >= DEADLINE.toNanos()) {
      failed(limit, now);
    }
    if (!asked || (!asking && now - askedAt >= pause(limit, waiting).toNanos())) {
      claim(limit, now);
    }
    return wanted > 0 || slots.used() > 0;
  }

  private void measure(long now, int waiting) {
    GradientLimit gradient = slots.gradient();
    int wants = slots.used() + waiting;
    if (now - measuredAt >= SCARCE.toNanos()) {
      measuredAt = now;
      int peak = slots.takePeak();
      wants = Math.max(wants, peak);
      wanted -= Math.max(1, wanted / FORGETS);
      if (gradient != null) {
        gradient.window(peak);
      }
    }
    wanted = Math.max(wants, wanted);
    neededAt = wants > 0 ? now : neededAt;
    if (gradient != null) {
      wanted = Math.min(wanted, gradient.limit());
    }
  }

  /** How long after the last claim the next is due. */
  private Duration pause(int limit, int waiting) {
    Claim last = said;
    if (last == null || last.limit() != limit) {
      return Duration.ZERO;
    }
    if (slots.held() < last.holding()) {
      return URGENT; // it has something to give back
    }
    if (waiting > 0) {
      return scarce ? WANTED : URGENT;
    }
    if (scarce || wanted > last.wanted()) {
      return SCARCE;
    }
    boolean quiet = wanted == 0 && last.wanted() == 0 && slots.share() <= 1;
    return quiet ? Duration.ofNanos(Long.MAX_VALUE) : RELAXED;
  }

  private void claim(int limit, long now) {
    asking = true;
    asked = true;
    askedAt = now;
    number = numbers.getAsLong();
    Claim claim = new Claim(number, limit, slots.held(), wanted);
    said = claim;
    var _ =
        ledger
            .claim(key, claim)
            .whenComplete((share, _) -> loop.execute(() -> heard(claim, share)));
  }

  private void heard(Claim claim, @Nullable Share share) {
    if (claim.number() != number) {
      return; // a later claim has said what this node holds: without this share
    }
    if (share == null) {
      if (asking) {
        failed(claim.limit(), loop.now());
      }
      return;
    }
    asking = false;
    answeredAt = loop.now();
    scarce = share.scarce();
    slots.exhausted(share.slots() < claim.wanted() || share.slots() >= claim.limit());
    slots.share(share.slots());
  }

  /** Who has less than is due without an answer takes that, and after a while nobody has more. */
  private void failed(int limit, long now) {
    asking = false;
    said = null; // it may not know what was said
    slots.exhausted(true);
    int due = ledger.unanswered(limit, nodes);
    boolean alone = now - answeredAt >= ALONE.toNanos();
    if (slots.share() < due || alone) {
      slots.share(due);
    }
  }

  /**
   * A round of a backend that is not listed any more. As long as requests come that were on their
   * way there before, all goes on; then the share is given up, and the ledger told until it has
   * heard.
   *
   * @return whether it is over
   */
  boolean depart(int limit, int waiting, int present) {
    long now = loop.now();
    if (listed) {
      listed = false;
      neededAt = now;
    }
    if (!closed) {
      goOn(limit, waiting, present);
      boolean lingers = now - neededAt < LINGERING.toNanos() || asking;
      closed = !lingers && slots.close();
    }
    if (closed && (farewells == 0 || now - askedAt >= RELAXED.toNanos())) {
      farewell(now);
    }
    return over;
  }

  private void farewell(long now) {
    if (farewells == MOST_FAREWELLS) {
      over = true;
      return;
    }
    farewells++;
    askedAt = now;
    long said = numbers.getAsLong();
    number = said;
    var _ =
        ledger
            .leave(key, said)
            .whenComplete(
                (_, failure) -> loop.execute(() -> over |= failure == null && number == said));
  }
}
