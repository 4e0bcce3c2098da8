package io.atoll.edge.files;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.atoll.config.RouteConfig;
import io.atoll.config.RouteConfig.Coding;
import io.atoll.edge.telemetry.FilesMeters;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Small files that were read a moment ago, at hand for all event loops of a node: a request for one
 * needs neither the disk nor another thread. How long one may be sent without a look at the disk is
 * the route's to say ({@code files.recheck}). Bounded in bytes. Thread-safe.
 */
public final class Shelf {
  /** Larger files are left on the disk. */
  static final int LARGEST = 64 << 10;

  private static final int OVERHEAD = 512;

  private final Cache<Key, Item> items;
  private final LongSupplier ticker;
  private final FilesMeters meters;

  /**
   * An empty one.
   *
   * @param bytes the most it holds
   * @param ticker nanoseconds
   * @param upkeep runs eviction; not an event loop
   */
  public Shelf(long bytes, LongSupplier ticker, Executor upkeep, FilesMeters meters) {
    this.ticker = ticker;
    this.meters = meters;
    this.items =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((Key key, Item item) -> item.weight(key))
            .executor(upkeep)
            .build();
    meters.watch(this::heldBytes);
  }

  /** Bytes it holds, with what goes with each. */
  long heldBytes() {
    return items.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }

  /**
   * What tells items apart: the route by its configuration, as a reload makes another; the path;
   * and the codings that would be looked for.
   */
  record Key(Scope scope, FilePath path, List<Coding> codings) {
    /** Keeps the codings as they are now. */
    Key {
      codings = List.copyOf(codings);
    }
  }

  /** A route, equal only to itself. */
  static final class Scope {
    private final RouteConfig.Files config;

    Scope(RouteConfig.Files config) {
      this.config = config;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // two routes with the same keys are two
    public boolean equals(@Nullable Object other) {
      return other instanceof Scope scope && scope.config == config;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(config);
    }
  }

  /** A file as it was when the disk was last looked at. */
  static final class Item {
    private final Representation representation;
    private final byte[] content;
    private final AtomicLong lookedAt;

    private Item(Representation representation, byte[] content, long nanos) {
      this.representation = representation;
      this.content = content;
      this.lookedAt = new AtomicLong(nanos);
    }

    Representation representation() {
      return representation;
    }

    /** Bytes of the content; to be read only, by any number at a time. */
    Buffer part(long from, long length) {
      return BufferInternal.buffer(Unpooled.wrappedBuffer(content, (int) from, (int) length));
    }

    private int weight(Key key) {
      return OVERHEAD + 2 * key.path().names().length() + content.length;
    }
  }

  /**
   * What may be sent without a look at the disk; null where there is nothing, or it is time to look
   * again: one caller then hears so, and others go on with what there is until that one has looked.
   */
  @Nullable Item at(Key key, Duration recheck) {
    Item item = items.getIfPresent(key);
    if (item == null || !isCurrent(item, recheck)) {
      meters.missed();
      return null;
    }
    meters.hit();
    return item;
  }

  private boolean isCurrent(Item item, Duration recheck) {
    long now = ticker.getAsLong();
    long before = item.lookedAt.get();
    return now - before < recheck.toNanos() || !item.lookedAt.compareAndSet(before, now);
  }

  /** Puts a file there, as the disk has it now. */
  Item put(Key key, Representation representation, byte[] content) {
    Item item = new Item(representation, content, ticker.getAsLong());
    items.put(key, item);
    return item;
  }

  /** Keeps what there is where the disk has the same file still; null where it has another. */
  @Nullable Item renew(Key key, Representation now) {
    Item item = items.getIfPresent(key);
    return item != null && item.representation.equals(now) ? put(key, now, item.content) : null;
  }

  /** There is nothing to be sent any more. */
  void drop(Key key) {
    items.invalidate(key);
  }
}
