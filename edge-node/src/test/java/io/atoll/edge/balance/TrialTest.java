package io.atoll.edge.balance;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class TrialTest {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  static final List<String> ALGORITHMS = Backends.ALGORITHMS;

  private long now = Long.MAX_VALUE - 10; // soon it overflows

  private final Trial trial = new Trial(() -> now, PATIENCE);

  @Test
  void oneRequestMayTry() {
    assertThat(trial.free()).isTrue();
    assertThat(trial.take()).isTrue();
    assertThat(trial.free()).isFalse();
    assertThat(trial.take()).isFalse();
  }

  @Test
  void aRequestThatNothingIsHeardOfHoldsUpTheNextForAWhile() {
    trial.take();
    now += PATIENCE.toNanos() - 1;
    assertThat(trial.take()).isFalse();
    now++;
    assertThat(trial.take()).isTrue();
    assertThat(trial.take()).isFalse();
  }

  @Test
  void whatBeganBeforeIsNotOfIt() {
    assertThat(trial.covers(now - 1)).isFalse();
    assertThat(trial.covers(now)).isTrue();
    assertThat(trial.covers(now + 100)).isTrue();
  }

  @Test
  void ofManyThreadsOneTakesIt() throws InterruptedException {
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(
                _ ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              try {
                                start.await();
                              } catch (InterruptedException e) {
                                return;
                              }
                              taken.addAndGet(trial.take() ? 1 : 0);
                            }))
            .toList();
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(taken).hasValue(1);
  }

  @ParameterizedTest
  @FieldSource("ALGORITHMS")
  void ofRequestsThatLookForABackendOneTriesTheOneOnTrial(String algorithm) {
    String yaml = "balance: " + algorithm;
    BackendSet set = Backends.set(yaml, 4);
    Balancer balancer = Balancer.of(Backends.config(yaml), new Random(1), () -> now);
    Backend ill = onTrial(set, 2);

    assertThat(balancer.choose(set.rotation(), Backends.keyed("a"))).isSameAs(ill);
    for (int n = 0; n < 100; n++) {
      assertThat(balancer.choose(set.rotation(), Backends.keyed("k" + n))).isNotSameAs(ill);
    }
  }

  @Test
  void aRequestThatFailedElsewhereOrThereOrCannotGoThereIsNoTrial() {
    BackendSet set = Backends.set("balance: roundRobin", 4);
    Backend ill = onTrial(set, 2);
    Picking again =
        new Picking() {
          @Override
          public boolean excludes(Backend backend) {
            return false;
          }

          @Override
          public boolean ventures(Backend backend) {
            return false;
          }

          @Override
          public long hash() {
            return 0;
          }
        };

    assertThat(set.rotation().takeTrial(again)).isNull();
    assertThat(set.rotation().takeTrial(Backends.not(ill))).isNull();
    assertThat(set.rotation().takeTrial(Picking.ANYWHERE)).isSameAs(ill);
  }

  @Test
  void aPrimaryIsTriedWhileBackupsAreUsed() {
    List<Member> members =
        List.of(
            Backends.member(0, 1, null),
            new Member(Backends.member(1, 1, null).address(), 1, null, 1));
    BackendSet set = Backends.set("balance: ipHash", Surroundings.NONE, members);
    Backend primary = onTrial(set, 0);

    assertThat(set.rotation().backends()).doesNotContain(primary).hasSize(1);
    assertThat(set.rotation().takeTrial(Picking.ANYWHERE)).isSameAs(primary);
  }

  @Test
  void nobodyIsTriedWhoIsUnhealthyOrDrains() {
    BackendSet set = Backends.set("balance: roundRobin", 4);
    onTrial(set, 2);
    set.judge(backend(set, 2), false, false);
    assertThat(set.rotation().takeTrial(Picking.ANYWHERE)).isNull();

    set.judge(backend(set, 2), true, true);
    assertThat(set.rotation().takeTrial(Picking.ANYWHERE)).isNull();

    set.judge(backend(set, 2), true, false);
    assertThat(set.rotation().takeTrial(Picking.ANYWHERE)).isNotNull();
  }

  @Test
  void inPanicAllAreUsedAndNobodyIsTried() {
    BackendSet set = Backends.set("balance: roundRobin", 4);
    List.copyOf(set.all()).forEach(set::eject);
    onTrial(set, 2);

    assertThat(set.rotation().panic()).isTrue();
    assertThat(set.rotation().backends()).hasSize(4);
    assertThat(set.rotation().takeTrial(Picking.ANYWHERE)).isNull();
  }

  @Test
  void aClientThatBelongsThereIsTheTrialAndOthersOfItGoElsewhere() {
    BackendSet set = Backends.set("balance: roundRobin", 4);
    Backend ill = onTrial(set, 2);
    assertThat(ill.keeps()).isTrue();

    ill.begin();

    assertThat(ill.keeps()).isFalse();
    assertThat(set.rotation().takeTrial(Picking.ANYWHERE)).isNull();
    set.readmit(ill);
    assertThat(ill.keeps()).isTrue();
  }

  @Test
  void whoIsNotEjectedIsNotTried() {
    BackendSet set = Backends.set("balance: roundRobin", 4);
    set.tryOut(backend(set, 1), trial);

    assertThat(backend(set, 1).trial()).isNull();
    assertThat(set.rotation().contains(backend(set, 1))).isTrue();
  }

  private Backend onTrial(BackendSet set, int index) {
    Backend backend = backend(set, index);
    set.eject(backend);
    set.tryOut(backend, new Trial(() -> now, PATIENCE));
    return backend;
  }

  private static Backend backend(BackendSet set, int index) {
    String authority = Backends.member(index, 1, null).address().authority();
    return requireNonNull(set.find(authority));
  }
}
