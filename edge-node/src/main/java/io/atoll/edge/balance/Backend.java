package io.atoll.edge.balance;

import io.atoll.config.BackendAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One server of an upstream at run time, shared by all event loops of the node. Its address is its
 * identity within the upstream. What is thought of it changes only through the {@link BackendSet}
 * that it belongs to, so that the rotation follows. Thread-safe.
 */
public final class Backend {
  private final BackendAddress address;
  private final int slot;
  private final long hash;
  private final AtomicInteger outstanding = new AtomicInteger();

  /** All requests of the set under way; null where nobody asks. */
  private final @Nullable AtomicInteger together;

  /** Null where nobody asks. */
  private final @Nullable Latency latency;

  private volatile Member member;
  private volatile Standing standing = Standing.PRESUMED;

  /** When it began to come to its share, by the set's ticker; guarded by the set's lock. */
  private long startedAt;

  private boolean starting;

  /**
   * A backend that nothing is known of yet but what lists it.
   *
   * @param slot a small number that none of its set has beside it
   * @param together counts what is under way at all of the set; null: nobody does
   * @param latency keeps how long it takes; null: nobody does
   */
  Backend(Member member, int slot, @Nullable AtomicInteger together, @Nullable Latency latency) {
    this.address = member.address();
    this.member = member;
    this.slot = slot;
    this.hash = StableHash.of(address.authority());
    this.together = together;
    this.latency = latency;
  }

  /** Where it is reached. */
  public BackendAddress address() {
    return address;
  }

  /** What is said of it by whoever lists it. */
  public Member member() {
    return member;
  }

  /** Its share of the requests against that of others, 1 to 1000. */
  public int weight() {
    return member.weight();
  }

  /** Requests of this node that it has not finished answering. */
  public int outstanding() {
    return outstanding.get();
  }

  /** A request goes to it; exactly one {@link #end} follows. */
  public void begin() {
    outstanding.incrementAndGet();
    if (together != null) {
      together.incrementAndGet();
    }
    Trial trial = standing.trial();
    if (trial != null) {
      trial.take(); // who is at home here has not asked before
    }
  }

  /** A request that went to it is over, however it ended. */
  public void end() {
    outstanding.decrementAndGet();
    if (together != null) {
      together.decrementAndGet();
    }
  }

  /**
   * It has answered.
   *
   * @param nanos from the request to the response's head
   * @param now a reading of the ticker that balancers have
   */
  public void answered(long nanos, long now) {
    if (latency != null) {
      latency.observe(nanos, now);
    }
  }

  /**
   * It has not answered a request, or not in time, or not to the end.
   *
   * @param nanos since the request
   * @param now a reading of the ticker that balancers have
   */
  public void failed(long nanos, long now) {
    if (latency != null) {
      latency.observe(Math.max(nanos, Latency.FAILURE_NANOS), now);
    }
  }

  /** What one more request would take there, about; only differences mean something. */
  double cost(long now) {
    return latency == null ? outstanding() + 1.0 : latency.cost(outstanding(), now);
  }

  /** The cluster's verdict, draining above all. */
  public Verdict verdict() {
    return standing.verdict();
  }

  /** Whether the cluster holds it for healthy, draining or not. */
  public boolean healthy() {
    return standing.healthy();
  }

  /** Whether this node leaves it alone for a while, but for trials, whatever others think. */
  public boolean ejected() {
    return standing.ejected();
  }

  /** How it may show that it answers again; null: it is not ejected, or its time has not come. */
  public @Nullable Trial trial() {
    return standing.trial();
  }

  /** Whether it may be chosen for a new client: healthy, not draining, not ejected. */
  public boolean admits() {
    return standing.admits();
  }

  /**
   * Whether a client that already belongs to it stays, even draining: healthy and not ejected, or
   * on trial, which its request then is.
   */
  public boolean keeps() {
    Standing now = standing;
    return now.healthy() && (!now.ejected() || (now.trial() != null && now.trial().free()));
  }

  /** A small number that none of its set has beside it, as long as it is listed. */
  int slot() {
    return slot;
  }

  /** Of its name, the same at every node. */
  long hash() {
    return hash;
  }

  /** It comes to its share from now on; callers hold the lock of the set. */
  void start(long now) {
    starting = true;
    startedAt = now;
  }

  /** Whether it has not come to its whole share yet; callers hold the lock of the set. */
  boolean starting() {
    return starting;
  }

  /** The part of its weight that counts by now; callers hold the lock of the set. */
  int share(SlowStart slowStart, long now) {
    return starting ? slowStart.share(now - startedAt) : SlowStart.WHOLE;
  }

  /** It has come to its share; callers hold the lock of the set. */
  void started() {
    starting = false;
  }

  Standing standing() {
    return standing;
  }

  /** Replaces what is said of it; callers are those of {@link BackendSet#members}. */
  void member(Member next) {
    member = next;
  }

  /** Replaces what is thought of it; callers hold the lock of the set. */
  void standing(Standing next) {
    standing = next;
  }

  @Override
  public String toString() {
    return address.authority();
  }

  /**
   * What is thought of a backend.
   *
   * @param healthy by the cluster's verdict
   * @param draining by an operator
   * @param ejected by this node alone
   * @param trial that may end an ejection; null: none yet
   */
  record Standing(boolean healthy, boolean draining, boolean ejected, @Nullable Trial trial) {
    static final Standing PRESUMED = new Standing(true, false, false, null);

    boolean admits() {
      return healthy && !draining && !ejected;
    }

    /** Whether a new client's request may be its trial. */
    boolean admitsTrial() {
      return healthy && !draining && trial != null;
    }

    Verdict verdict() {
      if (draining) {
        return Verdict.DRAINING;
      }
      return healthy ? Verdict.HEALTHY : Verdict.UNHEALTHY;
    }

    Standing judged(boolean nowHealthy, boolean nowDraining) {
      return new Standing(nowHealthy, nowDraining, ejected, trial);
    }

    Standing leftAlone() {
      return new Standing(healthy, draining, true, null);
    }

    Standing onTrial(Trial how) {
      return new Standing(healthy, draining, true, how);
    }

    Standing readmitted() {
      return new Standing(healthy, draining, false, null);
    }
  }
}
