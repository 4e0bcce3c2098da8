package io.atoll.edge.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.ringbuffer.OverflowPolicy;
import com.hazelcast.ringbuffer.ReadResultSet;
import com.hazelcast.ringbuffer.Ringbuffer;
import io.atoll.config.MemberSettings;
import io.atoll.edge.cache.PurgeIndex;
import io.atoll.edge.cache.PurgeLog;
import io.atoll.edge.cache.PurgeReceipt;
import io.atoll.edge.cache.PurgeTarget;
import io.atoll.edge.telemetry.ClusterCallMeters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The purge log as a Hazelcast ring buffer: adding a record gives it the next number in one atomic
 * step, and whoever reads from a number on gets every record in order, or learns that some are
 * gone.
 *
 * <p><b>Reading.</b> One thread of each node asks the buffer's owner for everything from its next
 * number on, and the owner answers as soon as there is something: a purge reaches every node in one
 * network round trip and without a listener that could drop it. Twice a second without news the
 * thread compares its number with the buffer's last, so a lost question only delays.
 *
 * <p><b>Relying.</b> For two seconds after this node last knew that it had read everything, what it
 * read is relied on; after that nothing is served from the cache until it has compared again. So a
 * node that can't reach the log, or was stopped and goes on, serves nothing that was purged
 * meanwhile. What counts is the moment the comparison was asked for, not that of its answer.
 *
 * <p><b>Confirming.</b> {@link #purge} asks every member how far it has read, until all have read
 * far enough or {@link #CONFIRM} has passed. Adding waits for the owner alone, not for the copies:
 * a member that hangs must not hold up the purge of all others.
 *
 * <p><b>Starting and losing the log.</b> A log begins with a record that carries a random lineage
 * (see {@link PurgeIndex}). A node that finds the buffer empty writes one. If two do, the later one
 * holds. An owner that dies can take its last records with it, and their numbers are then given out
 * again. So every read begins with the record that was read last: where that is gone or another
 * one, the numbers no longer mean what they meant, and the log goes on with a new lineage, by which
 * everything stored before counts as purged.
 *
 * <p><b>Split brain.</b> Both sides inherit the same records and then go on numbering by
 * themselves: number 8 of one side and number 8 of the other are different purges. So after the
 * heal comparing numbers across sides is wrong in both directions: a response that one side fetched
 * after its own 8 looks newer than the other side's 8, which it has never seen. Merging the two
 * buffers can't repair that, for marks carry nothing but a number. Therefore one side loses
 * entirely: its buffer and its L2 are discarded by the merge policies in {@link MemberSettings},
 * its nodes begin a new era, in which nothing they held counts, and they write the purges that they
 * accepted during the split to the winner's log, where they get fresh numbers and so outdate what
 * the winning side holds. From the first sign of the merge until the log is read again this node
 * serves nothing from its cache.
 */
public final class HazelcastPurgeLog implements PurgeLog, AutoCloseable {
  /** How long a purge waits for the members. */
  public static final Duration CONFIRM = Duration.ofMillis(250);

  private static final Logger LOG = LoggerFactory.getLogger(HazelcastPurgeLog.class);

  /** Longer than it takes to give up an owner that hangs: its successor then takes the record. */
  private static final Duration WRITE_DEADLINE = Duration.ofSeconds(15);

  private static final long ASK_AGAIN_MILLIS = 5;
  private static final long LOOK_UP_MILLIS = 100;
  private static final long COMPARE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /**
   * So long what was read is relied on without a comparison: a little longer than the cluster takes
   * to give up an owner that hangs, or this node. Until then nobody can have purged, or the caller
   * was told that this node did not confirm.
   */
  private static final long RELIED_ON_NANOS = TimeUnit.SECONDS.toNanos(12);

  /** After a longer one this node may be one that was given up. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** Own purges kept for the case that they were accepted in a split not yet noticed. */
  private static final long UNNOTICED_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final int MOST_OWN = 10_000;
  private static final int BATCH = 1000;

  private final HazelcastInstance hazelcast;
  private final Ringbuffer<PurgeRecord> ring;
  private final IExecutorService members;
  private final PurgeIndex index;
  private final String nodeId;
  private final byte[] key;
  private final LongSupplier ticker;
  private final CallsInTime calls;
  private final UUID lifecycle;
  private final UUID membership;
  private final Thread reader;
  private final Deque<Own> own = new ArrayDeque<>();
  private final CountDownLatch firstRead = new CountDownLatch(1);
  private volatile boolean closed;
  private final Reading reading = new Reading();
  private final PauseWatch pauses;
  private volatile boolean beginAgain = true;
  private volatile boolean rewritten;
  private volatile boolean merged;
  private volatile long comparedNanos;

  /** When this node last asked the others whether it is one of them still, and all answered. */
  private long countedNanos;

  private @Nullable PurgeRecord lastRead;
  private boolean failing;
  private boolean ownLost;
  private long memberLostNanos = Long.MAX_VALUE;

  /** A purge that this node accepted. */
  private record Own(long nanos, PurgeTarget target, boolean soft) {}

  private HazelcastPurgeLog(
      ClusterMember member,
      PurgeIndex index,
      byte[] key,
      ClusterCallMeters meters,
      LongSupplier ticker) {
    this.hazelcast = member.hazelcast();
    this.ring = hazelcast.getRingbuffer(MemberSettings.PURGES);
    this.members = hazelcast.getExecutorService(MemberSettings.PURGES);
    this.index = index;
    this.nodeId = MemberNames.of(hazelcast.getCluster().getLocalMember());
    this.key = key.clone();
    this.ticker = ticker;
    this.calls = new CallsInTime(meters);
    this.pauses = new PauseWatch(ticker, PAUSE);
    this.comparedNanos = ticker.getAsLong();
    this.countedNanos = comparedNanos;
    this.lifecycle = hazelcast.getLifecycleService().addLifecycleListener(this::changed);
    this.membership = hazelcast.getCluster().addMembershipListener(new Losses());
    this.reader = Thread.ofPlatform().name("atoll-purge-log").daemon().unstarted(this::read);
  }

  /**
   * Joins the log and begins to read it; {@link #ready} once it has been read.
   *
   * @param key of the records' HMAC, from the cluster's secret
   * @param ticker nanoseconds
   */
  public static HazelcastPurgeLog open(
      ClusterMember member,
      PurgeIndex index,
      byte[] key,
      ClusterCallMeters meters,
      LongSupplier ticker) {
    HazelcastPurgeLog log = new HazelcastPurgeLog(member, index, key, meters, ticker);
    log.hazelcast.getUserContext().put(PurgesSeen.LOG, log);
    log.reader.start();
    return log;
  }

  @Override
  public PurgeIndex index() {
    return index;
  }

  @Override
  public boolean ready() {
    long compared = comparedNanos;
    return reading.stands()
        && ticker.getAsLong() - compared <= RELIED_ON_NANOS
        && !pauses.pausedSince(compared)
        && hazelcast.getLifecycleService().isRunning();
  }

  /** Waits until the log has been read for the first time, but no longer than so. */
  public void awaitReady(Duration limit) {
    try {
      if (!firstRead.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("The purge log could not be read yet; the cache is off until it has been");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Seconds since this node last knew that it had read everything. */
  public double lagSeconds() {
    return (ticker.getAsLong() - comparedNanos) / 1e9;
  }

  /** The number up to which this node has read. */
  long seen() {
    return reading.stands() ? index.mark().number() : PurgesSeen.NOTHING;
  }

  // ---- Writing

  @Override
  public CompletionStage<PurgeReceipt> purge(List<PurgeTarget> targets, boolean soft) {
    if (targets.isEmpty()) {
      return CompletableFuture.completedStage(
          new PurgeReceipt(index.mark().number(), List.of(), List.of()));
    }
    List<PurgeRecord> records = new ArrayList<>();
    for (PurgeTarget target : targets) {
      remember(target, soft);
      records.add(PurgeRecord.of(index.mark().lineage(), target, soft, nodeId, key));
    }
    return write(records, 0)
        .thenCompose(
            number -> confirm(number, ticker.getAsLong() + CONFIRM.toNanos(), new ArrayList<>()));
  }

  /** Appends records from an index on; the number of the last. Hazelcast takes a batch at once. */
  private CompletionStage<Long> write(List<PurgeRecord> records, int from) {
    int to = Math.min(records.size(), from + BATCH);
    CompletableFuture<Long> written = new CompletableFuture<>();
    try {
      var _ =
          ring.addAllAsync(records.subList(from, to), OverflowPolicy.OVERWRITE)
              .whenComplete(
                  (number, failure) -> {
                    if (failure == null) {
                      written.complete(number);
                    } else {
                      written.completeExceptionally(failure);
                    }
                  });
    } catch (RuntimeException e) {
      written.completeExceptionally(e); // the member is shutting down
    }
    CompletableFuture<Long> inTime =
        written.orTimeout(WRITE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    return to == records.size() ? inTime : inTime.thenCompose(_ -> write(records, to));
  }

  private void remember(PurgeTarget target, boolean soft) {
    long now = ticker.getAsLong();
    synchronized (own) {
      long since = Math.min(memberLostNanos, now) - UNNOTICED_NANOS;
      Own oldest = own.peekFirst();
      while (oldest != null && oldest.nanos() < since) {
        own.removeFirst();
        oldest = own.peekFirst();
      }
      if (own.size() >= MOST_OWN) {
        own.removeFirst();
        ownLost = memberLostNanos != Long.MAX_VALUE;
      }
      own.addLast(new Own(now, target, soft));
    }
  }

  /** Asks those who have not confirmed, again and again until all have or time is up. */
  private CompletionStage<PurgeReceipt> confirm(
      long number, long deadlineNanos, List<String> confirmed) {
    List<CompletionStage<@Nullable String>> asked = new ArrayList<>();
    for (Member member : hazelcast.getCluster().getMembers()) {
      String name = MemberNames.of(member);
      if (!confirmed.contains(name)) {
        asked.add(ask(member, number, name));
      }
    }
    CompletionStage<List<String>> all = CompletableFuture.completedStage(confirmed);
    for (CompletionStage<@Nullable String> one : asked) {
      all = all.thenCombine(one, HazelcastPurgeLog::with);
    }
    return all.thenCompose(
        now -> {
          List<String> missing = missing(now);
          if (missing.isEmpty() || ticker.getAsLong() >= deadlineNanos) {
            return CompletableFuture.completedStage(
                new PurgeReceipt(number, List.copyOf(now), missing));
          }
          return CompletableFuture.supplyAsync(
                  () -> now,
                  CompletableFuture.delayedExecutor(ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS))
              .thenCompose(again -> confirm(number, deadlineNanos, again));
        });
  }

  private static List<String> with(List<String> names, @Nullable String name) {
    if (name == null) {
      return names;
    }
    List<String> more = new ArrayList<>(names);
    more.add(name);
    return more;
  }

  private List<String> missing(List<String> confirmed) {
    return hazelcast.getCluster().getMembers().stream()
        .map(MemberNames::of)
        .filter(name -> !confirmed.contains(name))
        .toList();
  }

  private CompletionStage<@Nullable String> ask(Member member, long number, String name) {
    return calls
        .or(() -> seen(member), CONFIRM, PurgesSeen.NOTHING)
        .thenApply(read -> read >= number ? name : null);
  }

  private CompletableFuture<Long> seen(Member member) {
    CompletableFuture<Long> seen = new CompletableFuture<>();
    members.submitToMember(
        new PurgesSeen(),
        member,
        new ExecutionCallback<Long>() {
          @Override
          public void onResponse(Long read) {
            seen.complete(read);
          }

          @Override
          public void onFailure(Throwable failure) {
            seen.completeExceptionally(failure);
          }
        });
    return seen;
  }

  // ---- Reading, on the reader's thread

  private void read() {
    while (!closed) {
      try {
        if (beginAgain) {
          begin();
        }
        follow();
        failing = false;
      } catch (InterruptedException e) {
        return;
      } catch (ExecutionException | RuntimeException e) {
        if (!reading.stands()) {
          beginAgain = true; // what was begun has come to nothing
        }
        if (!closed) {
          warnOnce(e);
          pause();
        }
      }
    }
  }

  private void warnOnce(Exception e) {
    if (!failing) {
      failing = true;
      LOG.warn("The purge log can't be read at the moment: {}", e.toString());
    }
  }

  private void pause() {
    LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(LOOK_UP_MILLIS));
  }

  /** Reads the whole log into an index that has forgotten everything. */
  private void begin() throws ExecutionException, InterruptedException {
    int begun = reading.begin();
    beginAgain = false;
    long asked = ticker.getAsLong();
    long tail = ring.tailSequence();
    if (tail < 0 || rewritten) {
      rewritten = false;
      long lineage = ThreadLocalRandom.current().nextLong();
      tail = ring.add(PurgeRecord.beginning(lineage, nodeId, key));
    }
    ReadResultSet<PurgeRecord> first =
        ring.readManyAsync(ring.headSequence(), 1, BATCH, null).toCompletableFuture().get();
    PurgeRecord oldest = first.get(0);
    long number = first.getSequence(0);
    index.begin(oldest.lineage(), oldest.begins() ? number : number - 1);
    applyAll(first);
    while (index.mark().number() < tail) {
      applyAll(
          ring.readManyAsync(index.mark().number() + 1, 1, BATCH, null)
              .toCompletableFuture()
              .get());
    }
    if (merged) {
      merged = false;
      repeatOwn();
    }
    compared(asked);
    reading.done(begun);
    firstRead.countDown();
  }

  /** Waits for the next records and applies them; compares when there are none for a second. */
  private void follow() throws ExecutionException, InterruptedException {
    long last = index.mark().number();
    long asked = ticker.getAsLong();
    long tail = ring.tailSequence();
    if (tail < last) {
      beginAfterLoss();
      return;
    }
    if (tail == last) {
      compared(asked);
    }
    CompletableFuture<ReadResultSet<PurgeRecord>> news =
        ring.readManyAsync(last, 2, BATCH, null).toCompletableFuture();
    while (!closed && !beginAgain) {
      try {
        ReadResultSet<PurgeRecord> records = news.get(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS);
        if (goesOn(records, last)) {
          applyAll(records);
          if (index.mark().number() >= tail) {
            compared(asked);
          }
        }
        return;
      } catch (TimeoutException e) {
        if (ticker.getAsLong() - comparedNanos >= COMPARE_NANOS && !upToDate(last)) {
          news.cancel(true);
          return;
        }
      }
    }
    news.cancel(true);
  }

  /** A comparison that was asked for before a later one says nothing more. */
  private void compared(long askedNanos) throws InterruptedException {
    if (askedNanos - comparedNanos > 0 && isMember()) {
      comparedNanos = askedNanos;
    }
  }

  /**
   * Whether this node is one of the cluster. After a pause it may have been given up without
   * knowing it, and where it kept the log it would compare with its own. Those who have given it up
   * do not answer it; who hangs does not either, and is given up in turn.
   */
  private boolean isMember() throws InterruptedException {
    if (!pauses.pausedSince(countedNanos)) {
      return true;
    }
    long asked = ticker.getAsLong();
    for (Member member : hazelcast.getCluster().getMembers()) {
      if (!member.localMember() && !answers(member)) {
        return false;
      }
    }
    countedNanos = asked;
    return true;
  }

  private boolean answers(Member member) throws InterruptedException {
    try {
      seen(member).get(CONFIRM.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private boolean upToDate(long last) throws ExecutionException, InterruptedException {
    long asked = ticker.getAsLong();
    long tail = ring.tailSequence();
    if (tail < last) {
      beginAfterLoss();
      return false;
    }
    ReadResultSet<PurgeRecord> records =
        ring.readManyAsync(last, 1, 1, null).toCompletableFuture().get();
    if (!goesOn(records, last) || tail > last) {
      return false;
    }
    compared(asked);
    return true;
  }

  /** Whether records go on from the one read last, which comes first. If not, all is read anew. */
  private boolean goesOn(ReadResultSet<PurgeRecord> records, long last) {
    if (records.getSequence(0) > last) {
      beginAgain = true; // more purges than the buffer holds, all since the last look
      return false;
    }
    if (lastRead == null || !lastRead.isSame(records.get(0)) || !inOrder(records, last)) {
      beginAfterLoss();
      return false;
    }
    return true;
  }

  /**
   * A question that waits while its buffer loses records goes on in what is written after them: it
   * is answered with what it had read and, by lower numbers, what took their place.
   */
  private static boolean inOrder(ReadResultSet<PurgeRecord> records, long first) {
    for (int i = 0; i < records.size(); i++) {
      if (records.getSequence(i) != first + i) {
        return false;
      }
    }
    return true;
  }

  private void beginAfterLoss() {
    if (reading.stands()) { // else the log of another side is being put in this one's place
      LOG.warn("The purge log has lost records: everything stored counts as purged");
      rewritten = true;
    }
    beginAgain = true;
  }

  private void applyAll(ReadResultSet<PurgeRecord> records) {
    for (int i = 0; i < records.size(); i++) {
      apply(records.getSequence(i), records.get(i));
    }
  }

  private void apply(long number, PurgeRecord record) {
    lastRead = record;
    if (!record.genuine(key)) {
      LOG.warn("A purge record with a wrong signature was ignored, from {}", record.node());
    } else if (record.begins()) {
      if (record.lineage() != index.mark().lineage()) {
        index.begin(record.lineage(), number);
      }
    } else {
      PurgeTarget target = record.target();
      if (target != null) {
        index.apply(number, target, record.soft());
      }
    }
    index.advance(number);
  }

  /** Writes what this node accepted on the losing side to the winner's log. */
  private void repeatOwn() {
    List<Own> accepted;
    boolean incomplete;
    synchronized (own) {
      accepted = List.copyOf(own);
      incomplete = ownLost;
      own.clear();
      ownLost = false;
      memberLostNanos = Long.MAX_VALUE;
    }
    if (incomplete) {
      // Too many to name: everything goes.
      ring.add(PurgeRecord.beginning(ThreadLocalRandom.current().nextLong(), nodeId, key));
      return;
    }
    for (Own purge : accepted) {
      ring.add(PurgeRecord.of(index.mark().lineage(), purge.target(), purge.soft(), nodeId, key));
    }
  }

  // ---- The cluster's events, on Hazelcast's threads: flags only, nothing that blocks

  private void changed(LifecycleEvent event) {
    switch (event.getState()) {
      case MERGING -> reading.merging();
      case MERGED -> {
        merged = true;
        reading.mergeOver();
        beginAgain = true;
      }
      case MERGE_FAILED -> {
        reading.mergeOver();
        beginAgain = true;
      }
      default -> {}
    }
  }

  private final class Losses implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {}

    @Override
    public void memberRemoved(MembershipEvent event) {
      synchronized (own) {
        memberLostNanos = Math.min(memberLostNanos, ticker.getAsLong());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    pauses.close();
    var _ = reading.begin();
    reader.interrupt();
    if (hazelcast.getLifecycleService().isRunning()) {
      hazelcast.getUserContext().remove(PurgesSeen.LOG, this);
      hazelcast.getLifecycleService().removeLifecycleListener(lifecycle);
      hazelcast.getCluster().removeMembershipListener(membership);
    }
  }
}
