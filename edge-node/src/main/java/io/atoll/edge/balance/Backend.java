package io.atoll.edge.balance;

import io.atoll.config.BackendAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One server of an upstream at run time, shared by all event loops of the node. Its address is its
 * identity within the upstream. What is thought of it changes only through the {@link BackendSet}
 * that it belongs to, so that the rotation follows. Thread-safe.
 */
public final class Backend {
  private final BackendAddress address;
  private final AtomicInteger outstanding = new AtomicInteger();
  private volatile Member member;
  private volatile Standing standing = Standing.PRESUMED;

  /** A backend that nothing is known of yet but what lists it. */
  Backend(Member member) {
    this.address = member.address();
    this.member = member;
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
  }

  /** A request that went to it is over, however it ended. */
  public void end() {
    outstanding.decrementAndGet();
  }

  /** The cluster's verdict, draining above all. */
  public Verdict verdict() {
    return standing.verdict();
  }

  /** Whether the cluster holds it for healthy, draining or not. */
  public boolean healthy() {
    return standing.healthy();
  }

  /** Whether this node leaves it alone for a while, whatever others think. */
  public boolean ejected() {
    return standing.ejected();
  }

  /** Whether it may be chosen for a new client: healthy, not draining, not ejected. */
  public boolean admits() {
    Standing now = standing;
    return now.healthy() && !now.draining() && !now.ejected();
  }

  /** Whether a client that already belongs to it stays: healthy and not ejected, even draining. */
  public boolean keeps() {
    Standing now = standing;
    return now.healthy() && !now.ejected();
  }

  Standing standing() {
    return standing;
  }

  /** Replaces what is said of it; callers hold the lock of the set. */
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
   * @param ejectedUntil a reading of the set's ticker; means nothing unless ejected
   */
  record Standing(boolean healthy, boolean draining, boolean ejected, long ejectedUntil) {
    static final Standing PRESUMED = new Standing(true, false, false, 0);

    Verdict verdict() {
      if (draining) {
        return Verdict.DRAINING;
      }
      return healthy ? Verdict.HEALTHY : Verdict.UNHEALTHY;
    }

    Standing judged(boolean nowHealthy, boolean nowDraining) {
      return new Standing(nowHealthy, nowDraining, ejected, ejectedUntil);
    }

    Standing ejected(long until) {
      return new Standing(healthy, draining, true, until);
    }

    Standing readmitted() {
      return new Standing(healthy, draining, false, 0);
    }
  }
}
