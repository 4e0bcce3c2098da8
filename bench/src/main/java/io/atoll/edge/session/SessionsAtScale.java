package io.atoll.edge.session;

import io.atoll.config.BackendAddress;
import io.atoll.config.CacheConfig;
import io.atoll.config.ClusterConfig;
import io.atoll.config.DataSize;
import io.atoll.config.HostPort;
import io.atoll.edge.cluster.ClusterMember;
import io.atoll.edge.cluster.HazelcastSessionIndex;
import io.atoll.edge.cluster.HazelcastSessionTable;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What a table full of sessions takes and how long operators wait for it: {@code java -Xmx6g ...
 * io.atoll.edge.session.SessionsAtScale 1000000}. Two members in this process, so that an entry and
 * its copy are both in its heap, which gives each of them room for half; ports 19600 and 19601.
 */
public final class SessionsAtScale {
  private static final int AT_ONCE = 1_000;
  private static final int COPIES = 100_000;
  private static final int PAGE = 1_000;
  private static final KeyedHash HASH = new KeyedHash(new byte[32]);
  private static final Use USE = new Use(1_800_000_000, 1_800_000_000, 3_600, 0, 0);
  private static final List<BackendAddress> BACKENDS =
      IntStream.range(0, 100)
          .mapToObj(i -> new BackendAddress("http", "app-%03d.corp.local".formatted(i), 8080))
          .toList();

  private SessionsAtScale() {}

  /** Makes as many sessions as the first argument says. */
  public static void main(String[] args) throws InterruptedException {
    int sessions = Integer.parseInt(args[0]);
    try (ClusterMember one = member(19600);
        ClusterMember other = member(19601)) {
      fill(one, sessions);
      copy(one, Math.min(sessions, COPIES));
      look(new HazelcastSessionIndex(other, task -> Thread.ofVirtual().start(task)));
    }
  }

  private static ClusterMember member(int port) {
    List<HostPort> all =
        List.of(new HostPort("127.0.0.1", 19600), new HostPort("127.0.0.1", 19601));
    HostPort bind = new HostPort("127.0.0.1", port);
    return ClusterMember.start(
        new ClusterConfig(
            "sessions-at-scale",
            "a secret of at least thirty-two bytes",
            bind,
            null,
            new ClusterConfig.Members(all),
            ClusterConfig.OnPartition.share),
        "node-" + port,
        bind,
        all,
        new CacheConfig(
            new CacheConfig.L1(new DataSize(16 << 20)),
            new CacheConfig.L2(new DataSize(16 << 20), 1)));
  }

  private static void fill(ClusterMember member, int sessions) throws InterruptedException {
    HazelcastSessionTable table = new HazelcastSessionTable(member, HASH, 0);
    weigh("an entry and its copy", sessions, i -> table.bind(key(i), home(i), USE));
  }

  private static void copy(ClusterMember member, int sessions) throws InterruptedException {
    LocalSessions copies =
        new LocalSessions(
            new HazelcastSessionTable(member, HASH, sessions),
            sessions,
            2 * AT_ONCE,
            System::nanoTime);
    weigh("an entry asked for", sessions, i -> copies.bind(key(i), home(i), USE));
    say("of these held", copies.size());
  }

  private static SessionKey key(int session) {
    return new SessionKey("shop", "%022d".formatted(session));
  }

  private static BackendAddress home(int session) {
    return BACKENDS.get(session % BACKENDS.size());
  }

  private static void weigh(String what, int times, IntFunction<CompletionStage<?>> call)
      throws InterruptedException {
    long before = heap();
    Semaphore free = new Semaphore(AT_ONCE);
    for (int i = 0; i < times; i++) {
      free.acquire();
      var _ = call.apply(i).whenComplete((_, _) -> free.release());
    }
    free.acquire(AT_ONCE);
    say(what + ", bytes", (heap() - before) / times);
  }

  /** Used once what is garbage has gone. */
  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void look(SessionIndex index) {
    BackendAddress first = BACKENDS.getFirst();
    time("count", () -> index.count("shop", BACKENDS));
    String last = "";
    for (int page = 1; page <= 5; page++) {
      String after = last;
      last = time("page " + page, () -> index.list("shop", null, after, PAGE)).getLast().handle();
    }
    time("page of one backend", () -> index.list("shop", first, "", PAGE));
    say("ended", time("all of one backend ended", () -> index.endAll("shop", first, USE)));
  }

  private static <T> T time(String what, Supplier<CompletionStage<T>> call) {
    long begun = System.nanoTime();
    Duration worked = worked();
    try {
      return call.get().toCompletableFuture().join();
    } finally {
      say(what + ", ms", (System.nanoTime() - begun) / 1_000_000);
      say("  of a processor, ms", worked().minus(worked).toMillis());
    }
  }

  /** Processor time of this process, which others on the machine lengthen less. */
  private static Duration worked() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static void say(String what, Object value) {
    System.out.printf(Locale.ROOT, "%-32s %s%n", what, value);
  }
}
