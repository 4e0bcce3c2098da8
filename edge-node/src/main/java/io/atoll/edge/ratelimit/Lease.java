package io.atoll.edge.ratelimit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What this node holds of one key's bucket, and what it knows of the rest. Thread-safe.
 *
 * <p>A decision is one compare-and-set where a token is in hand, and a comparison of times where
 * the owner is known to have none; neither allocates nor locks. All else is under this object's
 * monitor, held for moments and never while the ledger, the alarm or a waiting request is called.
 */
public final class Lease {
  /*
   * Why the sum over the nodes holds. Every admission is one of three: a token that the owner
   * granted; one charged to the owner afterwards; one from this node's share while the owner can't
   * be asked or too many wait for its answer. The first are within burst + rate * time because the owner's bucket is. The second
   * are charged even where the bucket is empty, and a node makes no second one of a key before the
   * first is charged and the owner's answer says that a token is there again: so at any moment
   * each node is at most one ahead. The third come from the view of the owner's bucket that this
   * node had last, filled at its part of the rate, and are charged when the owner answers again,
   * over the time in which they were used.
   *
   * What is known of the owner's bucket is one number, its TAT by this node's ticker. It follows
   * from an answer without a common clock, because an answer says how long until the bucket is
   * full.
   */

  /** A key with so many requests within the horizon takes tokens ahead of need. */
  private static final int BUSY = 2;

  private static final long ONE_REQUEST = 1L << 32;
  private static final long TOKENS = ONE_REQUEST - 1;

  /**
   * A question under way.
   *
   * @param number tells it from the others of its lease
   * @param wanted tokens asked for
   * @param owed charged with it
   * @param sent when, by the ticker
   * @param patience nanoseconds from then until it is too late
   */
  record Ask(long number, int wanted, Debt owed, long sent, long patience) {}

  private final LeaseBook book;
  private final String key;

  /** Low half: tokens in hand. High half: requests since the window began. */
  private final AtomicLong hand = new AtomicLong();

  /** The owner has nothing before this. */
  private volatile long emptyUntil;

  /** The TAT of the owner's bucket by this node's ticker, as far as known. */
  private volatile long tat;

  /** With so few tokens left it is time to ask for more; -1: the key isn't busy. */
  private volatile int low = -1;

  /** The question under way; changed under the monitor, glanced at without. */
  private volatile @Nullable Ask ask;

  private final ArrayDeque<CompletableFuture<Decision>> waiting = new ArrayDeque<>();
  private long waitingSince;
  private long asked;
  private int owed;
  private long owedSince;
  private int need;
  private long windowStart;
  private long grantedAt;
  private boolean idleAlarm;
  private boolean distrusted;
  private long distrustUntil;
  private boolean retired;

  Lease(LeaseBook book, String key, long now) {
    this.book = book;
    this.key = key;
    this.emptyUntil = now;
    this.tat = now;
    this.windowStart = now;
  }

  /** The key's value. */
  String key() {
    return key;
  }

  /** Decides about one request at once, or says {@link Decision#UNDECIDED}. */
  public Decision spend() {
    long now = book.now();
    int left = take(ONE_REQUEST);
    if (left >= 0) {
      if (left <= low && ask == null && now - emptyUntil >= 0) {
        prefetch(now);
      }
      return counted(Decision.LEASE_ADMITS);
    }
    hand.addAndGet(ONE_REQUEST);
    return now - emptyUntil < 0 ? counted(Decision.LEASE_REFUSES) : decide(now);
  }

  /**
   * Decides about one request after {@link #spend} could not, waiting for the owner if need be, no
   * longer than the deadline. Completes on any thread.
   */
  public CompletionStage<Decision> ask() {
    long now = book.now();
    CompletableFuture<Decision> answer = new CompletableFuture<>();
    @Nullable Ask next = null;
    @Nullable Decision known;
    synchronized (this) {
      known = known(now);
      if (known == Decision.UNDECIDED) {
        waitingSince = waiting.isEmpty() ? now : waitingSince;
        waiting.add(answer);
        next = ask == null ? question(now) : null;
      }
    }
    if (known == null) {
      return successor().ask();
    }
    if (known != Decision.UNDECIDED) {
      answer.complete(counted(known));
    }
    send(next);
    return answer;
  }

  /** Takes back an admission that came to nothing, because another limit refused the request. */
  public void refund(Decision decision) {
    if (decision == Decision.FALLBACK_ADMITS) {
      synchronized (this) {
        tat = book.share().giveBack(tat, book.now(), 1);
        owed = Math.max(0, owed - 1);
      }
    } else if (decision.admitted()) {
      hand.incrementAndGet();
      idleLater(LeaseBook.IDLE);
    }
  }

  /** Requests the key still has, as far as this node knows; 0 to the burst. */
  public int remaining() {
    long sum = (hand.get() & TOKENS) + (long) book.bucket().available(tat, book.now());
    return (int) Math.min(sum, book.bucket().burst());
  }

  /** Whole seconds, rounded up, until there is one more; 0 where nothing is used. */
  public long nextInSeconds() {
    return Math.ceilDiv(book.bucket().nextIn(tat, book.now()), 1_000_000_000L);
  }

  /** The owner's answer, on any thread. */
  void answered(Ask question, Grant grant) {
    long now = book.now();
    boolean late = now - question.sent() > question.patience();
    List<Settled> settled = new ArrayList<>();
    @Nullable Ask next = null;
    int surplus;
    synchronized (this) {
      if (!question.equals(ask)) {
        return;
      }
      ask = null;
      owed -= Math.min(owed, question.owed().tokens());
      owedSince = question.owed().tokens() == 0 ? owedSince : question.sent();
      distrusted = distrusted && late;
      distrustUntil = late ? now : distrustUntil; // it does answer: no need to leave it alone
      learn(now, grant, now - question.sent() <= LeaseBook.DISTRUST);
      serve(now, settled);
      surplus = retired ? takeDownTo(0) : 0;
      if (!waiting.isEmpty() || owed > 0) { // what was used meanwhile is charged at once
        next = question(now);
      }
    }
    book.countAnswer(question, grant, late);
    settled.forEach(Settled::tell);
    send(next);
    if (surplus > 0) {
      book.giveBack(this, surplus);
    } else if (grant.granted() > 0) {
      idleLater(LeaseBook.IDLE);
    }
  }

  /** The deadline of a question has come. */
  void overdue(Ask question) {
    if (question.equals(ask)) {
      decideAlone(question, false);
    }
  }

  /** The owner can't be asked, or nobody knows whether it was. */
  void failed(Ask question) {
    decideAlone(question, true);
  }

  private void decideAlone(Ask question, boolean over) {
    long now = book.now();
    List<Settled> settled = new ArrayList<>();
    synchronized (this) {
      if (!question.equals(ask)) {
        return;
      }
      if (over) {
        ask = null;
      }
      distrusted = true;
      distrustUntil = now + LeaseBook.DISTRUST;
      for (CompletableFuture<Decision> one = waiting.poll(); one != null; one = waiting.poll()) {
        settled.add(new Settled(one, fallback(now)));
      }
    }
    book.countLate();
    settled.forEach(Settled::tell);
  }

  /** Whether nothing is left to know, so that a new lease would do as well. It is one's last. */
  boolean retire() {
    long now = book.now();
    @Nullable Ask next = null;
    synchronized (this) {
      boolean quiet = ask == null && waiting.isEmpty() && now - distrustUntil >= 0;
      if (quiet && owed > 0) {
        next = question(now);
      } else if (quiet && tokens() == 0 && now - tat >= 0 && now - emptyUntil >= 0) {
        retired = true;
      }
    }
    send(next);
    return retired();
  }

  /** There was no room for it: it pays its debt, gives its tokens back and is not used again. */
  void evict() {
    @Nullable Ask next;
    synchronized (this) {
      retired = true;
      next = ask == null && owed > 0 ? question(book.now()) : null;
    }
    send(next);
    surrender();
  }

  /** Gives every token in hand back. */
  void surrender() {
    giveBackAllBut(0);
  }

  private Decision decide(long now) {
    @Nullable Ask next = null;
    @Nullable Decision decision;
    synchronized (this) {
      decision = known(now);
      if (decision == Decision.UNDECIDED && ask == null && book.chargesAfter()) {
        owe(now);
        tat = book.bucket().take(tat, now, 1);
        decision = Decision.COLD_ADMITS;
        next = question(now);
      } else if (decision != null && distrusted) {
        next = probe(now);
      }
    }
    if (decision == null) {
      return successor().spend();
    }
    send(next);
    return decision == Decision.UNDECIDED ? decision : counted(decision);
  }

  /** What can be said without the owner; null: ask the successor. */
  private @Nullable Decision known(long now) {
    if (retired) {
      return null;
    }
    if (take(0) >= 0) {
      return Decision.LEASE_ADMITS;
    }
    if (now - emptyUntil < 0) {
      return Decision.LEASE_REFUSES;
    }
    if (!distrusted && book.outage()) {
      distrusted = true;
      distrustUntil = now;
    }
    if (distrusted) {
      return fallback(now);
    }
    // One too many to wait is no reason to refuse: nobody has said that the bucket is empty.
    return waiting.size() < LeaseBook.WAITERS ? Decision.UNDECIDED : fallback(now);
  }

  private Decision fallback(long now) {
    return switch (book.onPartition()) {
      case allow -> Decision.FALLBACK_ADMITS;
      case deny -> Decision.FALLBACK_REFUSES;
      case share -> {
        Gcra share = book.share();
        if (share.available(tat, now) == 0) {
          yield Decision.FALLBACK_REFUSES;
        }
        tat = share.take(tat, now, 1);
        owe(now);
        yield Decision.FALLBACK_ADMITS;
      }
    };
  }

  private void owe(long now) {
    owedSince = owed == 0 ? now : owedSince;
    owed++;
  }

  /** A question nobody waits for, to learn whether the owner is back. */
  private @Nullable Ask probe(long now) {
    Ask pending = ask;
    if (pending != null && now - pending.sent() > LeaseBook.DEADLINE + LeaseBook.DISTRUST) {
      ask = null;
    }
    return ask == null && now - distrustUntil >= 0 ? question(now) : null;
  }

  private void prefetch(long now) {
    @Nullable Ask next = null;
    synchronized (this) {
      if (!retired && ask == null && ahead(now) > 0) {
        next = question(now);
      }
    }
    send(next);
  }

  private Ask question(long now) {
    int wanted = Math.max(Math.min(waiting.size(), book.bucket().burst()), ahead(now));
    long waited = waiting.isEmpty() ? 0 : now - waitingSince;
    long patience = Math.max(1, LeaseBook.DEADLINE - waited);
    Debt debt = owed == 0 ? Debt.NONE : new Debt(owed, now - owedSince);
    Ask question = new Ask(asked++, wanted, debt, now, patience);
    ask = question;
    return question;
  }

  /** Tokens to ask for ahead of need: what lasts a horizon at the key's own rate. */
  private int ahead(long now) {
    measure(now);
    return need < BUSY ? 0 : Math.clamp(need - tokens(), 0, book.mostAhead());
  }

  /** Requests in a horizon: of the last whole window, or of this one where it has more by now. */
  private void measure(long now) {
    long elapsed = now - windowStart;
    long seen = hand.get() >>> 32;
    if (elapsed < LeaseBook.HORIZON) {
      need = (int) Math.max(need, Math.min(seen, Integer.MAX_VALUE));
      return;
    }
    double rate = (double) seen / elapsed;
    need = (int) Math.min(Math.ceil(rate * LeaseBook.HORIZON), Integer.MAX_VALUE);
    hand.updateAndGet(before -> before & TOKENS);
    windowStart = now;
  }

  /** Takes in an answer; tokens that come very late are lost, as their owner may have died. */
  private void learn(long now, Grant grant, boolean fresh) {
    Gcra bucket = book.bucket();
    tat = bucket.charge(now + grant.fullInNanos(), now, owed, now - owedSince);
    long empty = bucket.emptyFor(tat, now);
    emptyUntil = empty == 0 ? now : now + Math.max(empty, book.pace());
    hand.addAndGet(fresh ? grant.granted() : 0);
    low = need < BUSY ? -1 : tokens() / 2;
    grantedAt = now;
  }

  /** Answers those who wait: with tokens as far as they go, and no where there are no more. */
  private void serve(long now, List<Settled> settled) {
    while (!waiting.isEmpty()) {
      boolean admitted = take(0) >= 0;
      if (!admitted && now - emptyUntil >= 0) {
        return;
      }
      settled.add(
          new Settled(waiting.remove(), admitted ? Decision.OWNER_ADMITS : Decision.OWNER_REFUSES));
    }
  }

  private void idleLater(long nanos) {
    synchronized (this) {
      if (idleAlarm) {
        return;
      }
      idleAlarm = true;
    }
    book.later(nanos, this::idle);
  }

  private void idle() {
    long now = book.now();
    long rest;
    int keep;
    synchronized (this) {
      idleAlarm = false;
      rest = grantedAt + LeaseBook.IDLE - now;
      measure(now);
      keep = need < BUSY ? 0 : Math.min(need, book.mostAhead());
    }
    if (rest <= 0) {
      giveBackAllBut(keep);
    }
    if (tokens() > 0) {
      idleLater(rest > 0 ? rest : LeaseBook.IDLE);
    }
  }

  private void giveBackAllBut(int keep) {
    int surplus;
    synchronized (this) {
      surplus = takeDownTo(keep);
      tat = book.bucket().giveBack(tat, book.now(), surplus);
    }
    if (surplus > 0) {
      book.giveBack(this, surplus);
    }
  }

  private int takeDownTo(int keep) {
    long before = hand.getAndUpdate(h -> Math.min(h & TOKENS, keep) | (h & ~TOKENS));
    return (int) Math.max(0, (before & TOKENS) - keep);
  }

  /** Takes a token in hand and says how many are left, or -1. */
  private int take(long request) {
    long before = hand.get();
    while ((before & TOKENS) != 0) {
      if (hand.compareAndSet(before, before - 1 + request)) {
        return (int) ((before & TOKENS) - 1);
      }
      before = hand.get();
    }
    return -1;
  }

  private int tokens() {
    return (int) (hand.get() & TOKENS);
  }

  private synchronized boolean retired() {
    return retired;
  }

  private Lease successor() {
    book.forget(this);
    return book.lease(key);
  }

  private Decision counted(Decision decision) {
    book.decided(decision);
    return decision;
  }

  private void send(@Nullable Ask question) {
    if (question != null) {
      book.send(this, question);
    }
  }

  /** An answer to a request that waited, told outside the monitor. */
  private final class Settled {
    private final CompletableFuture<Decision> request;
    private final Decision decision;

    Settled(CompletableFuture<Decision> request, Decision decision) {
      this.request = request;
      this.decision = decision;
    }

    void tell() {
      request.complete(counted(decision));
    }
  }
}
