package io.atoll.edge.upstream;

import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.Picking;
import io.atoll.edge.capacity.Line;
import io.atoll.edge.capacity.Slots;
import io.atoll.edge.capacity.UpstreamCapacity;
import io.atoll.edge.exchange.Deadlines;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.telemetry.CapacityMeters.Reason;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.vertx.core.Context;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request to a backend that may have one more, and has it wait else. Confined to its event
 * loop; the line is the node's.
 */
final class Gate {
  private final Forwarder upstream;
  private final UpstreamCapacity capacity;
  private final Context loop;
  private final Deadlines patience;
  private final boolean hashed;
  private final long retryAfterSeconds;

  /**
   * A gate of an upstream on the event loop that calls.
   *
   * @param patience how long a request waits
   * @param hashed whether requests have a place that they are found at by hash
   * @param retryAfterSeconds when a client that was turned away may come again
   */
  Gate(
      Forwarder upstream,
      UpstreamCapacity capacity,
      Context loop,
      Deadlines patience,
      boolean hashed,
      long retryAfterSeconds) {
    this.upstream = upstream;
    this.capacity = capacity;
    this.loop = loop;
    this.patience = patience;
    this.hashed = hashed;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /**
   * Takes a slot where one is free.
   *
   * @param chosen where the request was sent
   * @param bound whether it can't go elsewhere
   * @return whose slot it is; null where there is none
   */
  Forwarder.@Nullable Lane take(Forwarding request, Backend chosen, boolean bound) {
    Forwarder.Lane wished = upstream.lane(chosen);
    if (wished.slots().take()) {
      return wished;
    }
    Forwarder.Lane other = stays(request, wished.slots(), bound) ? null : roomy(request);
    return other != null && other.slots().take() ? other : null;
  }

  /** Where a slot is free for a request, and it has not failed; null where there is none. */
  Forwarder.@Nullable Lane roomy(Picking request) {
    Picking roomy = new Roomy(request);
    Backend found = upstream.choose(roomy);
    return found == null || roomy.excludes(found) ? null : upstream.lane(found);
  }

  /**
   * Whether a request waits where it was sent and nowhere else. One that was sent there by hash
   * does as long as this node may be given more of the backend's slots; the other nodes would find
   * it there. Once: who has waited in vain waits anywhere.
   */
  private boolean stays(Forwarding request, Slots wished, boolean bound) {
    return bound || (hashed && !request.hasMovedOn() && !wished.exhausted() && capacity.hasPlace());
  }

  /** A request that would rather go where a slot is free. */
  private final class Roomy implements Picking {
    private final Picking request;

    Roomy(Picking request) {
      this.request = request;
    }

    @Override
    public boolean excludes(Backend backend) {
      return request.excludes(backend) || !upstream.lane(backend).slots().free();
    }

    @Override
    public boolean ventures(Backend backend) {
      return request.ventures(backend);
    }

    @Override
    public long hash() {
      return request.hash();
    }
  }

  /**
   * Waits for a slot: at the backend where the request was sent, or, unless it is bound to that, at
   * any other too. The request is told later on this loop; where too many wait, now.
   *
   * @return where it waits; null where it doesn't
   */
  @Nullable Place join(Forwarding request, Backend chosen, boolean bound) {
    Forwarder.Lane wished = upstream.lane(chosen);
    Place place = new Place(request, chosen, wished, bound);
    patience.set(place.deadline);
    if (capacity.join(place, wished.slots())) {
      return place;
    }
    place.turnAway(Reason.FULL);
    return null;
  }

  /** A request in the line. */
  final class Place extends Line.Waiter {
    private final Forwarding request;
    private final Backend chosen;
    private final Forwarder.Lane wished;
    private final boolean bound;
    private final Deadlines.Entry deadline = new Deadlines.Entry(this::late);

    /** It was told, or does not want to be any more. */
    private boolean over;

    private Place(Forwarding request, Backend chosen, Forwarder.Lane wished, boolean bound) {
      super(stays(request, wished.slots(), bound) ? wished.slots() : null);
      this.bound = bound;
      this.request = request;
      this.chosen = chosen;
      this.wished = wished;
    }

    /** While the request waits it fails nowhere, so that other threads may ask it where it has. */
    @Override
    protected boolean accepts(Slots slots) {
      Backend backend = upstream.listed(slots);
      return backend != null
          && mayGoTo(backend)
          && (backend == chosen || !request.excludes(backend));
    }

    @Override
    protected void granted(Slots slots) {
      loop.runOnContext(_ -> arrived(slots));
    }

    @Override
    protected void pushedOut() {
      loop.runOnContext(_ -> turnAway(Reason.PUSHED_OUT));
    }

    private void arrived(Slots slots) {
      Backend backend = over ? null : upstream.listed(slots);
      Forwarder.Lane lane = backend == null ? null : upstream.lane(backend);
      // What has come again since the plan of this request is another, with slots of its own.
      if (lane != null && lane.slots() == slots && mayGoTo(lane.backend())) {
        end();
        request.admitted(lane);
      } else {
        slots.give();
        moveOn();
      }
    }

    /**
     * Much may have come of a backend while the request waited; a trial it has taken is its own.
     */
    private boolean mayGoTo(Backend backend) {
      return upstream.usable(backend, bound) || (backend == chosen && backend.trial() != null);
    }

    @Override
    protected boolean insists() {
      return bound;
    }

    @Override
    protected void stranded() {
      loop.runOnContext(_ -> moveOn());
    }

    /** Nothing has come of waiting for one backend. */
    private void moveOn() {
      if (over) {
        return;
      }
      if (request.movesOn()) {
        end();
        request.stranded(chosen);
      } else {
        turnAway(Reason.LATE);
      }
    }

    private void late() {
      if (capacity.leave(this)) {
        turnAway(Reason.LATE);
      }
    }

    private void turnAway(Reason why) {
      if (over) {
        return;
      }
      end();
      capacity.refused(why);
      wished.meters().attempted(UpstreamMeters.Result.POOL_FULL);
      String detail = "the backend has as many requests as it may have";
      request.turnedAway(new Failure(Outcome.POOL_FULL, detail, retryAfterSeconds));
    }

    /** Waits no longer, and hears nothing any more. */
    void leave() {
      if (!over) {
        end();
        capacity.leave(this);
      }
    }

    private void end() {
      over = true;
      deadline.lift();
    }
  }
}
