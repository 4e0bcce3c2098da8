package io.atoll.edge.capacity;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one upstream at this node that wait for a slot, of all event loops. The oldest is
 * served first; but once somebody has waited for {@link #OVERLOADED} without a break the newest is,
 * and where the line is full the oldest has to go: its client has waited longest, and is the
 * likeliest not to care any more (adaptive LIFO: Maurer, "Fail at Scale", ACM Queue 13/8, 2015).
 *
 * <p>Only who finds no slot comes here, so its lock is none of the ordinary way of a request. It is
 * held for moments, and never while anybody is called. Thread-safe.
 */
public final class Line {
  /** Someone has waited all this time: more comes than goes. */
  static final Duration OVERLOADED = Duration.ofMillis(100);

  /** So many are looked at for one that takes the slot; nearly all take any. */
  private static final int LOOKED_AT = 16;

  private final LongSupplier ticker;
  private final Predicate<Slots> usable;
  private final LinkedHashSet<Waiter> anywhere = new LinkedHashSet<>();
  private final IdentityHashMap<Slots, LinkedHashSet<Waiter>> bound = new IdentityHashMap<>();
  private volatile int size;
  private volatile int most;
  private long tickets;
  private long busySince;

  /**
   * A line in which nobody waits.
   *
   * @param ticker nanoseconds
   * @param usable whether new requests may go to a backend at present; asked under the lock
   */
  Line(LongSupplier ticker, Predicate<Slots> usable) {
    this.ticker = ticker;
    this.usable = usable;
  }

  /** Someone who waits. Called on whatever thread, and must be quick. */
  public abstract static class Waiter {
    /** Where it must go; null: anywhere. */
    private final @Nullable Slots only;

    private long ticket;

    /**
     * Not in line yet.
     *
     * @param only the backend it has to go to; null: any that it accepts
     */
    protected Waiter(@Nullable Slots only) {
      this.only = only;
    }

    /** Whether it would go there; asked under the line's lock. */
    protected abstract boolean accepts(Slots slots);

    /** A slot was taken for it, which it has to give back. It is not in line any more. */
    protected abstract void granted(Slots slots);

    /** Another has its place; it is not in line any more. */
    protected abstract void pushedOut();
  }

  /**
   * Waits.
   *
   * @return whether there was a place; who has one is told once of a slot or that it has to go,
   *     unless it leaves before
   */
  public boolean join(Waiter waiter) {
    Waiter out = null;
    synchronized (this) {
      if (size >= most) {
        out = size > 0 && overloaded() ? oldest() : null;
        if (out == null) {
          return false;
        }
        leave(out);
      }
      if (size == 0) {
        busySince = ticker.getAsLong();
      }
      waiter.ticket = tickets++;
      Slots only = waiter.only;
      (only == null ? anywhere : bound.computeIfAbsent(only, _ -> new LinkedHashSet<>()))
          .add(waiter);
      size++;
    }
    if (out != null) {
      out.pushedOut();
    }
    return true;
  }

  /**
   * Waits no longer.
   *
   * @return whether it was in line; else it was or will be told of something
   */
  public synchronized boolean leave(Waiter waiter) {
    Slots only = waiter.only;
    LinkedHashSet<Waiter> all = only == null ? anywhere : bound.get(only);
    if (all == null || !all.remove(waiter)) {
      return false;
    }
    if (only != null && all.isEmpty()) {
      bound.remove(only);
    }
    size--;
    return true;
  }

  /** Lets those in line have what is free of a backend's slots. */
  public void serve(Slots slots) {
    while (size > 0) {
      Waiter next;
      synchronized (this) {
        next = next(slots);
        if (next == null || !slots.take()) {
          return;
        }
        leave(next);
      }
      next.granted(slots);
    }
  }

  /** How many are in it. */
  public int size() {
    return size;
  }

  /** How many may be in it. */
  void most(int waiters) {
    most = waiters;
  }

  /** How many can go to this backend only. */
  synchronized int waiting(Slots slots) {
    LinkedHashSet<Waiter> only = bound.get(slots);
    return only == null ? 0 : only.size();
  }

  /** How many can go to any. */
  synchronized int anywhere() {
    return anywhere.size();
  }

  private boolean overloaded() {
    return ticker.getAsLong() - busySince >= OVERLOADED.toNanos();
  }

  private @Nullable Waiter oldest() {
    Waiter oldest = anywhere.isEmpty() ? null : anywhere.getFirst();
    for (LinkedHashSet<Waiter> all : bound.values()) {
      Waiter first = all.getFirst();
      oldest = oldest == null || first.ticket < oldest.ticket ? first : oldest;
    }
    return oldest;
  }

  private @Nullable Waiter next(Slots slots) {
    boolean newest = overloaded();
    LinkedHashSet<Waiter> only = bound.get(slots);
    Waiter here = only == null ? null : newest ? only.getLast() : only.getFirst();
    Waiter any = usable.test(slots) ? accepting(slots, newest) : null;
    if (here == null || any == null) {
      return here == null ? any : here;
    }
    return newest == here.ticket > any.ticket ? here : any;
  }

  private @Nullable Waiter accepting(Slots slots, boolean newest) {
    Iterator<Waiter> waiters = (newest ? anywhere.reversed() : anywhere).iterator();
    for (int i = 0; i < LOOKED_AT && waiters.hasNext(); i++) {
      Waiter waiter = waiters.next();
      if (waiter.accepts(slots)) {
        return waiter;
      }
    }
    return null;
  }
}
