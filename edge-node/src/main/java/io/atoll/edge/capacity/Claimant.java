package io.atoll.edge.capacity;

import io.atoll.edge.health.BackendKey;
import io.atoll.edge.health.Loop;
import java.time.Duration;
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

  /** With each measurement it is taken to want this part less than before, at most. */
  private static final int FORGETS = 8;

  private final BackendKey key;
  private final Slots slots;
  private final ShareLedger ledger;
  private final Loop loop;
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

  /** Nothing was claimed yet. */
  Claimant(BackendKey key, Slots slots, ShareLedger ledger, Loop loop) {
    this.key = key;
    this.slots = slots;
    this.ledger = ledger;
    this.loop = loop;
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
   * Measures, and claims if it is time.
   *
   * @param limit how many requests the backend may have of all nodes
   * @param waiting how many requests of this node wait for it
   * @param present how many nodes there are
   * @return whether there is traffic
   */
  boolean round(int limit, int waiting, int present) {
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
    number++;
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
    slots.share(share.slots());
  }

  /** Who has less than is due without an answer takes that, and after a while nobody has more. */
  private void failed(int limit, long now) {
    asking = false;
    int due = ledger.unanswered(limit, nodes);
    boolean alone = now - answeredAt >= ALONE.toNanos();
    if (slots.share() < due || alone) {
      slots.share(due);
    }
  }

  /**
   * Gives up the share, if nothing is under way there.
   *
   * @return whether it did
   */
  boolean leave() {
    slots.share(0);
    if (slots.used() > 0) {
      return false;
    }
    ledger.leave(key, ++number);
    return true;
  }
}
