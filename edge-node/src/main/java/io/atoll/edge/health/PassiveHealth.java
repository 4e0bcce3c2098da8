package io.atoll.edge.health;

import io.atoll.config.UpstreamConfig;
import io.atoll.config.UpstreamConfig.OutlierDetection;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Trial;
import io.atoll.edge.loop.Loop;
import io.atoll.edge.telemetry.HealthMeters;
import io.atoll.edge.telemetry.HealthMeters.BackendMeters;
import io.atoll.edge.traffic.Figures;
import io.atoll.edge.traffic.Tally;
import io.atoll.edge.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What real traffic says of one upstream's backends, and what this node makes of it: it counts how
 * requests fare, tells the other nodes, and ejects what all of them together, or this node for
 * itself, find to be outliers. Requests report from their own event loops; judging is done on
 * health's loop.
 */
final class PassiveHealth implements Witness {
  /** What a backend was ejected for the other nodes are told of for so long. */
  private static final Duration STILL_TOLD = Duration.ofSeconds(1);

  /** After so long all nodes have heard of a verdict, and have posted that they count anew. */
  private static final Duration ALL_BEGIN_ANEW = Beat.UNHURRIED.multipliedBy(2);

  /** A request that tries a backend may take so long before another may, whatever is configured. */
  private static final Duration LONGEST_TRIAL = Duration.ofMinutes(1);

  private final BackendSet backends;
  private final Loop loop;
  private final Traffic traffic;
  private final HealthMeters meters;
  private final Consumer<Backend> suspicion;
  private final Outliers outliers;
  private final Ejections ejections;
  private final Beat posting;
  private final Beat judging;
  private final Map<Backend, Observed> observed = new ConcurrentHashMap<>();

  /**
   * Observes no backend yet.
   *
   * @param meters of the upstream
   * @param suspicion told of each backend that observers should look at, often
   */
  PassiveHealth(
      BackendSet backends,
      UpstreamConfig config,
      Loop loop,
      Traffic traffic,
      HealthMeters meters,
      Consumer<Backend> suspicion) {
    OutlierDetection limits = config.outlierDetection();
    this.backends = backends;
    this.loop = loop;
    this.traffic = traffic;
    this.meters = meters;
    this.suspicion = suspicion;
    this.outliers = new Outliers(limits);
    this.ejections =
        new Ejections(
            backends,
            new Ejections.Terms(
                limits.ejectFor(),
                limits.maxEjected(),
                shorter(STILL_TOLD, limits.ejectFor().dividedBy(2)),
                patience(config.timeouts())),
            loop,
            this::beginAnew);
    this.posting = new Beat(loop, this::post);
    this.judging = new Beat(loop, this::judge);
    meters.watch(ejections::out, ejections::onTrial, traffic::nodes, traffic::age);
  }

  private static Duration patience(UpstreamConfig.Timeouts timeouts) {
    Duration head = timeouts.firstByte();
    return head.isZero() ? LONGEST_TRIAL : shorter(LONGEST_TRIAL, head.plus(timeouts.connect()));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Counts a backend's answers from now on. */
  void added(Backend backend, BackendMeters counters) {
    Tally tally = traffic.tally(backend.address().authority());
    observed.put(backend, new Observed(backend, tally, counters, loop.now()));
  }

  /**
   * A backend is not listed any more.
   *
   * @param replaced whether there is another of the same address, which counts where it did
   */
  void removed(Backend backend, boolean replaced) {
    Observed gone = observed.remove(backend);
    if (gone == null) {
      return;
    }
    if (replaced) {
      gone.tally().clear();
    } else {
      traffic.forget(backend.address().authority());
    }
    loop.execute(() -> ejections.forget(backend));
  }

  @Override
  public void failed(Backend backend, Fault fault, long nanos) {
    Observed about = observed.get(backend);
    if (about == null) {
      return;
    }
    long now = loop.now();
    if (backend.ejected()) {
      tried(about, now - nanos, false);
    } else if (about.counts(now - nanos)) {
      if (fault == Fault.CONNECT) {
        eject(about, EjectionReason.CONNECT_FAILURE);
      } else {
        error(about, now);
      }
    }
    suspicion.accept(backend);
  }

  @Override
  public void answered(Backend backend, int status, long nanos) {
    Observed about = observed.get(backend);
    if (about == null) {
      return;
    }
    long now = loop.now();
    if (backend.ejected()) {
      tried(about, now - nanos, status < 500);
    } else if (about.counts(now - nanos)) {
      if (status >= 500) {
        error(about, now);
      } else {
        about.tally().answered(now, nanos);
        posting.stir();
      }
    }
  }

  private void error(Observed about, long now) {
    boolean tooMany = outliers.tooMany(about.tally().failed(now));
    posting.urge();
    if (tooMany) {
      eject(about, EjectionReason.CONSECUTIVE_ERRORS);
    }
    if (about.withheld()) {
      suspicion.accept(about.backend());
    }
  }

  /** A request has ended at a backend that is ejected: the trial's, or one from before. */
  private void tried(Observed about, long begunAt, boolean well) {
    Trial trial = about.backend().trial();
    if (trial == null || !trial.covers(begunAt)) {
      return;
    }
    if (well) {
      beginAnew(about.backend()); // before anybody may use it
      ejections.acquit(about.backend(), trial);
    } else if (ejections.condemn(about.backend(), trial)) {
      ejected(about, EjectionReason.TRIAL);
    }
  }

  private void eject(Observed about, EjectionReason reason) {
    switch (ejections.eject(about.backend(), reason)) {
      case EJECTED -> ejected(about, reason);
      case WITHHELD -> withheld(about);
      case UNCHANGED -> {}
    }
  }

  /** It is judged again and again while there is no room; that it came to this counts once. */
  private void withheld(Observed about) {
    if (about.withhold()) {
      meters.withheld();
      suspicion.accept(about.backend());
    }
  }

  private void ejected(Observed about, EjectionReason reason) {
    about.meters().ejected(reason.word());
    about.release();
    suspicion.accept(about.backend());
  }

  /** What was counted so far has had its consequences. */
  private void beginAnew(Backend backend) {
    Observed about = observed.get(backend);
    if (about != null) {
      about.beginAnew(loop.now());
      posting.stir();
    }
  }

  /**
   * The cluster has seen a backend fail its checks, and pass them now: nothing is held against it,
   * nor what other nodes have said of it before they heard of that.
   */
  void readmit(Backend backend) {
    Observed about = observed.get(backend);
    if (about != null) {
      about.hearAgainAt(loop.now() + ALL_BEGIN_ANEW.toNanos());
      beginAnew(backend);
      ejections.readmit(backend);
    }
  }

  /** Why a backend is left alone; null: it isn't. From any thread. */
  @Nullable Ejection ejection(Backend backend) {
    return ejections.of(backend);
  }

  /** Other nodes have told something new. From any thread. */
  void told() {
    judging.urge();
  }

  private boolean post() {
    boolean goesOn = traffic.post();
    judge();
    return goesOn;
  }

  /** Ejects the outliers, where there is room. */
  private boolean judge() {
    List<Observed> withheld = observed.values().stream().filter(Observed::withheld).toList();
    Set<Observed> found = new HashSet<>();
    for (Outlier outlier : found()) {
      Observed about = observed(outlier.backend());
      if (about != null) {
        found.add(about);
        eject(about, outlier.reason());
      }
    }
    withheld.stream().filter(about -> !found.contains(about)).forEach(Observed::release);
    return false;
  }

  /** This node's own outliers, and those of all nodes together. */
  private List<Outlier> found() {
    Figures own = traffic.own();
    List<Outlier> found = new ArrayList<>(outliers.among(List.of(own)));
    List<Figures> all = new ArrayList<>(traffic.others());
    if (!all.isEmpty()) {
      all.add(own);
      outliers.among(all).stream().filter(this::heard).forEach(found::add);
    }
    return found;
  }

  /** Whether what other nodes say counts. */
  private boolean heard(Outlier outlier) {
    Observed about = observed(outlier.backend());
    return about != null && about.hears(loop.now());
  }

  private @Nullable Observed observed(String authority) {
    Backend backend = backends.find(authority);
    return backend == null ? null : observed.get(backend);
  }

  /** Judges no more. On the loop. */
  void stop() {
    posting.stop();
    judging.stop();
    ejections.stop();
  }
}
