package io.atoll.edge.upstream;

import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/** Requests that wait for a connection of a pool, in order. Confined to one event loop. */
final class WaitingLine {
  private final LinkedHashSet<Place> places = new LinkedHashSet<>();

  /** A request in it. */
  private final class Place implements BackendPool.Waiting {
    private final BackendEvents events;

    Place(BackendEvents events) {
      this.events = events;
    }

    @Override
    public void leave() {
      places.remove(this);
    }
  }

  /** Waits behind all others. */
  BackendPool.Waiting join(BackendEvents events) {
    Place place = new Place(events);
    places.add(place);
    return place;
  }

  /** The one that has waited longest, and waits no more; null where nobody does. */
  @Nullable BackendEvents next() {
    return places.isEmpty() ? null : places.removeFirst().events;
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  int size() {
    return places.size();
  }
}
