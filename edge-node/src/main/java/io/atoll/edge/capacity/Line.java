package io.atoll.edge.capacity;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one upstream at this node that wait for a slot, of all event loops. The oldest is
 * served first; but once somebody has waited for {@link #OVERLOADED} without a break the newest is,
 * and where the line is full the oldest has to go: its client has waited longest, and is the
 * likeliest not to care any more (adaptive LIFO: Maurer, "Fail at Scale", ACM Queue 13/8, 2015).
 * Those who wait for one backend only are a queue of their own in this: that there are too many of
 * them says nothing of the others.
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
  private final Queue anywhere = new Queue();
  private final IdentityHashMap<Slots, Queue> bound = new IdentityHashMap<>();
  private volatile int size;
  private volatile int most;
  private long tickets;

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

    /** Whether it would go there now; asked under the line's lock. */
    protected abstract boolean accepts(Slots slots);

    /** A slot was taken for it, which it has to give back. It is not in line any more. */
    protected abstract void granted(Slots slots);

    /** Another has its place; it is not in line any more. */
    protected abstract void pushedOut();

    /**
     * Nothing comes of waiting for its one backend, which has left, or has as many requests as it
     * may have of all nodes; it is not in line any more.
     */
    protected abstract void stranded();

    /**
     * Whether it waits for its one backend also where there are no more slots to be had of that.
     */
    protected boolean insists() {
      return true;
    }
  }

  /** Those who wait for the same, in the order they came. Guarded by the line. */
  private final class Queue {
    private final LinkedHashSet<Waiter> waiters = new LinkedHashSet<>();
    private long busySince;

    void add(Waiter waiter) {
      if (waiters.isEmpty()) {
        busySince = ticker.getAsLong();
      }
      waiters.add(waiter);
    }

    boolean overloaded() {
      return !waiters.isEmpty() && ticker.getAsLong() - busySince >= OVERLOADED.toNanos();
    }

    /** Who is next at a backend, of the first few. */
    @Nullable Waiter next(Predicate<Waiter> goes) {
      Iterator<Waiter> inTurn = (overloaded() ? waiters.reversed() : waiters).iterator();
      for (int i = 0; i < LOOKED_AT && inTurn.hasNext(); i++) {
        Waiter waiter = inTurn.next();
        if (goes.test(waiter)) {
          return waiter;
        }
      }
      return null;
    }
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
        out = oldestOfTooMany();
        if (out == null) {
          return false;
        }
        leave(out);
      }
      waiter.ticket = tickets++;
      Slots only = waiter.only;
      (only == null ? anywhere : bound.computeIfAbsent(only, _ -> new Queue())).add(waiter);
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
    Queue queue = only == null ? anywhere : bound.get(only);
    if (queue == null || !queue.waiters.remove(waiter)) {
      return false;
    }
    if (only != null && queue.waiters.isEmpty()) {
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

  /** A backend has left: who waits for nothing else waits no longer. */
  void strand(Slots slots) {
    strand(slots, _ -> true);
  }

  /**
   * Who can't go to its one backend any more waits no longer, nor who would as soon go elsewhere
   * where no more slots of it are to be had.
   */
  void release(Slots slots) {
    boolean exhausted = slots.exhausted();
    strand(slots, waiter -> !waiter.accepts(slots) || (exhausted && !waiter.insists()));
  }

  private void strand(Slots slots, Predicate<Waiter> who) {
    List<Waiter> stranded;
    synchronized (this) {
      Queue only = bound.get(slots);
      if (only == null) {
        return;
      }
      stranded = only.waiters.stream().filter(who).toList();
      stranded.forEach(this::leave);
    }
    stranded.forEach(Waiter::stranded);
  }

  /** How many are in it. */
  public int size() {
    return size;
  }

  /** Whether there is a place in it for one more. */
  boolean roomy() {
    return size < most;
  }

  /** How many may be in it. */
  void most(int waiters) {
    most = waiters;
  }

  /** How many can go to this backend only. */
  synchronized int waiting(Slots slots) {
    Queue only = bound.get(slots);
    return only == null ? 0 : only.waiters.size();
  }

  /** How many can go to any. */
  synchronized int anywhere() {
    return anywhere.waiters.size();
  }

  /** Of those of whom more come than go; null where all get their turn. */
  private @Nullable Waiter oldestOfTooMany() {
    Waiter oldest = anywhere.overloaded() ? anywhere.waiters.getFirst() : null;
    for (Queue queue : bound.values()) {
      if (queue.overloaded()) {
        Waiter first = queue.waiters.getFirst();
        oldest = oldest == null || first.ticket < oldest.ticket ? first : oldest;
      }
    }
    return oldest;
  }

  private @Nullable Waiter next(Slots slots) {
    Queue only = bound.get(slots);
    Waiter any = usable.test(slots) ? anywhere.next(waiter -> waiter.accepts(slots)) : null;
    if (only == null) {
      return any;
    }
    Waiter here = only.next(waiter -> waiter.accepts(slots));
    if (here == null || any == null) {
      return here == null ? any : here;
    }
    boolean newest = only.overloaded() && anywhere.overloaded();
    return newest == here.ticket > any.ticket ? here : any;
  }
}
