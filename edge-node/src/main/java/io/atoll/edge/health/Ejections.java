package io.atoll.edge.health;

import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Trial;
import io.atoll.edge.loop.Loop;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which backends of an upstream this node leaves alone, and for how long. When its time has come an
 * ejected backend is on {@link Trial}: the end of a single request decides whether it comes back or
 * is left alone again, for longer. Thread-safe; what changes nothing takes a short lock.
 */
final class Ejections {
  private static final Logger LOG = LoggerFactory.getLogger(Ejections.class);

  private final BackendSet backends;
  private final Terms terms;
  private final Loop loop;
  private final Consumer<Backend> known;
  private final Map<Backend, Repetition> repetitions = new HashMap<>();
  private final Map<Backend, Term> running = new HashMap<>();
  private boolean stopped;

  /**
   * On what terms backends are ejected.
   *
   * @param first how long the first time
   * @param most per cent of the backends at once; one always may be
   * @param known after so long all nodes know what it was ejected for; less than the first time
   * @param patience with the request of a trial
   */
  record Terms(Duration first, int most, Duration known, Duration patience) {}

  /** What came of the wish to eject. */
  enum Outcome {
    /** It is left alone from now on. */
    EJECTED,
    /** It was already, or is not listed any more. */
    UNCHANGED,
    /** Too many others are. */
    WITHHELD
  }

  /**
   * Nobody is ejected yet.
   *
   * @param known told, on the loop, of each backend whose ejection all nodes know, while it lasts
   */
  Ejections(BackendSet backends, Terms terms, Loop loop, Consumer<Backend> known) {
    this.backends = backends;
    this.terms = terms;
    this.loop = loop;
    this.known = known;
  }

  /**
   * Leaves a backend alone from now on. Who can't be reached always is: otherwise its share of the
   * requests would go nowhere.
   */
  synchronized Outcome eject(Backend backend, EjectionReason reason) {
    if (stopped || running.containsKey(backend) || !listed(backend)) {
      return Outcome.UNCHANGED;
    }
    if (reason != EjectionReason.CONNECT_FAILURE && !room()) {
      return Outcome.WITHHELD;
    }
    Repetition before = repetitions.getOrDefault(backend, Repetition.NONE);
    begin(backend, reason, before.ejected(loop.now(), terms.first));
    return Outcome.EJECTED;
  }

  private boolean listed(Backend backend) {
    return backends.find(backend.address().authority()) == backend;
  }

  private boolean room() {
    int then = running.size() + 1;
    return then == 1 || then * 100L <= (long) backends.all().size() * terms.most;
  }

  private void begin(Backend backend, EjectionReason reason, Repetition repetition) {
    Term term = new Term(backend, reason, repetition.lasts(terms.first));
    repetitions.put(backend, repetition);
    running.put(backend, term);
    backends.eject(backend);
    loop.execute(term::start);
  }

  /**
   * A backend has failed a trial, and is left alone again.
   *
   * @return false where that trial was over already
   */
  synchronized boolean condemn(Backend backend, Trial trial) {
    if (backend.trial() != trial || !end(backend)) {
      return false;
    }
    Repetition before = repetitions.getOrDefault(backend, Repetition.NONE);
    begin(backend, EjectionReason.TRIAL, before.again(terms.first));
    return true;
  }

  /**
   * A backend has passed a trial, and is used again.
   *
   * @return false where that trial was over already
   */
  synchronized boolean acquit(Backend backend, Trial trial) {
    return backend.trial() == trial && readmit(backend);
  }

  /**
   * Uses a backend again, whether its time has come or not.
   *
   * @return whether it was ejected
   */
  synchronized boolean readmit(Backend backend) {
    if (!end(backend)) {
      return false;
    }
    repetitions.computeIfPresent(backend, (_, so) -> so.readmitted(loop.now()));
    loop.execute(() -> LOG.info("{}/{} is used again", backends.upstream(), backend));
    return backends.readmit(backend);
  }

  private boolean end(Backend backend) {
    Term term = running.remove(backend);
    if (term != null) {
      loop.execute(term::end);
    }
    return term != null;
  }

  /** Why a backend is left alone; null: it isn't. */
  synchronized @Nullable Ejection of(Backend backend) {
    Term term = running.get(backend);
    return term == null ? null : new Ejection(term.reason.word(), term.left());
  }

  /** Forgets a backend that is not listed any more. */
  synchronized void forget(Backend backend) {
    end(backend);
    repetitions.remove(backend);
  }

  /** Backends that are left alone at present, but for those on trial. */
  synchronized int out() {
    return running.size() - onTrial();
  }

  /** Backends on trial at present. */
  synchronized int onTrial() {
    return (int) running.keySet().stream().filter(backend -> backend.trial() != null).count();
  }

  /** Ejects nobody any more, and leaves those that are as they are. On the loop. */
  synchronized void stop() {
    stopped = true;
    running.values().forEach(Term::end);
  }

  private synchronized void tryOut(Term term) {
    if (running.get(term.backend) == term) {
      backends.tryOut(term.backend, new Trial(loop::now, terms.patience));
    }
  }

  private synchronized boolean runs(Term term) {
    return !stopped && running.get(term.backend) == term;
  }

  /** One ejection; its timer is the loop's. */
  private final class Term {
    private final Backend backend;
    private final EjectionReason reason;
    private final Duration length;
    private final long began = loop.now();
    private Loop.@Nullable Timer timer;

    Term(Backend backend, EjectionReason reason, Duration length) {
      this.backend = backend;
      this.reason = reason;
      this.length = length;
    }

    Duration left() {
      Duration left = length.minusNanos(loop.now() - began);
      return left.isNegative() ? Duration.ZERO : left;
    }

    void start() {
      if (runs(this)) {
        LOG.info(
            "{}/{} is left alone for {}: {}", backends.upstream(), backend, length, reason.word());
        timer = loop.after(terms.known, this::goOn);
      }
    }

    /** The same timer for the rest: an ejection never has two. */
    private void goOn() {
      timer = loop.after(length.minus(terms.known), () -> tryOut(this));
      if (runs(this)) {
        known.accept(backend);
      }
    }

    void end() {
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }
  }
}
