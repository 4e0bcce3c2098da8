package io.atoll.edge.cache;

import io.atoll.config.RouteConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the cache decides for a request that it answers from L1, step by step and together: the key,
 * the look-up, the choice among variants, purges, freshness, and the text of {@code Cache-Status}.
 * Not the conditions of the request, and nothing of sending. L1 holds a thousand responses of 1
 * KiB, asked for in turn by keys that remember their hashes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class CacheBenchmark {
  private static final int RESPONSES = 1 << 10;
  private static final int BODY = 1 << 10;
  private static final long BYTES = 64L << 20;
  private static final int PURGES = 1000;
  private static final long HOUR_MILLIS = 3_600_000;
  private static final Mark MARK = new Mark(1, 0, 1);

  private final InstantSource clock = InstantSource.system();
  private final MultiMap request =
      HttpHeaders.headers()
          .set("Host", "shop.example")
          .set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)")
          .set("Accept", "text/html,application/xhtml+xml")
          .set("Accept-Encoding", "gzip, deflate, br, zstd");
  private final MultiMap response =
      HttpHeaders.headers()
          .set("Date", "Mon, 23 Nov 2026 12:00:00 GMT")
          .set("Cache-Control", "public, max-age=600, stale-while-revalidate=30")
          .set("Content-Type", "text/html");
  private final CacheKey keys =
      new CacheKey(new RouteConfig.CacheKey(new RouteConfig.All(), List.of(), List.of()));
  private final PurgeIndex quiet = index(0);
  private final PurgeIndex busy = index(PURGES);
  private final String[] plainKeys = urls("plain");
  private final String[] variedKeys = urls("varied");
  private final LocalCache cache =
      new LocalCache(BYTES, clock, System::nanoTime, Runnable::run, () -> {});
  private final StoredHead head = stored("https://shop.example/p/1/2/3", Vary.NOTHING).head();
  private final long now = clock.millis();
  private int next;

  private static PurgeIndex index(int purges) {
    PurgeIndex index = new PurgeIndex(PurgeIndex.CAPACITY, System::nanoTime, _ -> {});
    index.begin(MARK.lineage(), MARK.number());
    for (int i = 0; i < purges; i++) {
      for (PurgeTarget.Kind kind : PurgeTarget.Kind.values()) {
        index.apply(index.mark().number() + 1, new PurgeTarget(kind, "other" + i), false);
      }
    }
    return index;
  }

  private static String[] urls(String name) {
    return IntStream.range(0, RESPONSES)
        .mapToObj(i -> "https://shop.example/" + name + "/" + i)
        .toArray(String[]::new);
  }

  private StoredResponse stored(String url, Vary vary) {
    long millis = clock.millis();
    return new StoredResponse(
        new StoredHead(
            200,
            new String[] {"Content-Type", "text/html", "ETag", "\"1\""},
            vary,
            url,
            new String[] {"product-1", "products"},
            new Freshness(millis, 0, HOUR_MILLIS, true),
            false,
            false,
            millis + HOUR_MILLIS,
            MARK,
            url,
            BODY,
            millis),
        new byte[BODY]);
  }

  /** Stores what is asked for. */
  @Setup
  public void fill() {
    Vary coding = Vary.of(_ -> List.of("Accept-Encoding"), request::getAll);
    for (int i = 0; i < RESPONSES; i++) {
      cache.store(plainKeys[i], stored(plainKeys[i], Vary.NOTHING));
      cache.store(variedKeys[i], stored(variedKeys[i], coding));
    }
  }

  /** The key of a request with a query. */
  @Benchmark
  public String key() {
    return keys.of(true, "shop.example", "/p/1/2/3", "colour=blue&size=m", request);
  }

  /** Reads a response's freshness from its fields, once when it is stored. */
  @Benchmark
  public long readFreshness() {
    CacheControl control = CacheControl.parse(response.getAll(HttpHeaders.CACHE_CONTROL));
    return Freshness.of(control, response::getAll, now, now, Duration.ZERO).remainingMillis(now);
  }

  /** Whether a stored response is fresh at this moment, with the clock read. */
  @Benchmark
  public boolean fresh() {
    return head.fresh(clock.millis());
  }

  /** The first check of a response after a purge of others, with four thousand remembered. */
  @Benchmark
  public Standing standingAfterPurge() {
    return busy.standing(head);
  }

  /** A hit, from the key to the text that announces it. */
  @Benchmark
  public String hit() {
    return hit(plainKeys);
  }

  /** A hit on a response that varies on {@code Accept-Encoding}. */
  @Benchmark
  public String hitVaried() {
    return hit(variedKeys);
  }

  private String hit(String[] urls) {
    next = (next + 1) & (RESPONSES - 1);
    StoredResource resource = cache.find(urls[next]);
    StoredResponse found = resource == null ? null : resource.choose(request);
    if (found == null
        || found.standing(quiet) != Standing.CURRENT
        || !found.head().fresh(clock.millis())) {
      throw new IllegalStateException("no hit: " + urls[next]);
    }
    return found.hitStatus(clock.millis());
  }
}
