package io.atoll.edge.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackendSetTest {
  private final List<Backend> primaries =
      IntStream.range(0, 4).mapToObj(port -> backend(9001 + port, false)).toList();
  private final List<Backend> backups = List.of(backend(9101, true), backend(9102, true));
  private final BackendSet set = new BackendSet("shop", all(), 30);

  @Test
  void aBackendOfWhichNothingIsKnownIsPresumedHealthy() {
    assertThat(set.rotation().backends()).isEqualTo(primaries);
    assertThat(primaries.getFirst().verdict()).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  void anUnhealthyBackendLeavesTheRotationAndComesBack() {
    unhealthy(primaries.get(1));
    assertThat(set.rotation().backends())
        .containsExactly(primaries.get(0), primaries.get(2), primaries.get(3));

    set.judge(primaries.get(1), true, false);
    assertThat(set.rotation().backends()).isEqualTo(primaries);
  }

  @Test
  void anEjectedBackendStaysHealthyForTheClusterAndComesBackWhenItsTimeHasCome() {
    Backend ejected = primaries.get(2);
    assertThat(set.eject(ejected, 1000)).isTrue();
    assertThat(ejected.verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(set.rotation().contains(ejected)).isFalse();

    set.readmit(999);
    assertThat(set.rotation().contains(ejected)).isFalse();
    set.readmit(1000);
    assertThat(set.rotation().contains(ejected)).isTrue();
  }

  @Test
  void theEndOfAnEjectionIsRightWhenTheTickerOverflows() {
    Backend ejected = primaries.get(2);
    long now = Long.MAX_VALUE - 10;
    set.eject(ejected, now + 100);

    set.readmit(now);
    assertThat(ejected.ejected()).isTrue();
    set.readmit(now + 100);
    assertThat(ejected.ejected()).isFalse();
  }

  @Test
  void anEjectionOnTopOfAnotherIsNotANewOne() {
    assertThat(set.eject(primaries.get(0), 1000)).isTrue();
    assertThat(set.eject(primaries.get(0), 2000)).isFalse();
    set.readmit(1500);
    assertThat(primaries.get(0).ejected()).isTrue();
  }

  @Test
  void aDrainingBackendKeepsItsClientsAndGetsNoNewOnes() {
    Backend draining = primaries.get(0);
    set.judge(draining, true, true);

    assertThat(draining.verdict()).isEqualTo(Verdict.DRAINING);
    assertThat(draining.admits()).isFalse();
    assertThat(draining.keeps()).isTrue();

    set.judge(draining, false, true);
    assertThat(draining.verdict()).isEqualTo(Verdict.DRAINING);
    assertThat(draining.keeps()).isFalse();
  }

  @Test
  void backupsStepInOnlyWhenNoPrimaryIsLeft() {
    primaries.subList(0, 2).forEach(this::unhealthy);
    assertThat(set.rotation().backends()).isEqualTo(primaries.subList(2, 4));

    primaries.forEach(this::unhealthy);
    assertThat(set.rotation().backends()).isEqualTo(backups);
    assertThat(set.rotation().panic()).isFalse();
  }

  @Test
  void belowTheThresholdAllAreUsed() {
    primaries.subList(0, 3).forEach(this::unhealthy);

    assertThat(set.rotation().panic()).isTrue();
    assertThat(set.rotation().backends()).isEqualTo(all());
  }

  @Test
  void inPanicADrainingBackendIsStillLeftAlone() {
    set.judge(primaries.get(0), true, true);
    primaries.subList(1, 4).forEach(this::unhealthy);
    backups.forEach(this::unhealthy);

    assertThat(set.rotation().panic()).isTrue();
    assertThat(set.rotation().backends()).hasSize(5).doesNotContain(primaries.get(0));
  }

  @Test
  void whereAllDrainNoneIsLeft() {
    all().forEach(backend -> set.judge(backend, true, true));

    assertThat(set.rotation().size()).isZero();
    assertThat(set.rotation().panic()).isFalse();
  }

  @Test
  void aThresholdOfZeroNeverPanics() {
    BackendSet calm = new BackendSet("calm", List.of(primaries.get(0)), 0);
    calm.judge(primaries.get(0), false, false);

    assertThat(calm.rotation().size()).isZero();
    assertThat(calm.rotation().panic()).isFalse();
  }

  @Test
  void eachChangeIsToldOnceAndNoChangeIsNot() {
    List<Rotation> told = new ArrayList<>();
    set.onChange(told::add);

    assertThat(set.judge(primaries.get(0), true, false)).isFalse();
    assertThat(set.judge(primaries.get(0), false, false)).isTrue();
    assertThat(set.judge(primaries.get(0), false, false)).isFalse();

    assertThat(told).containsExactly(set.rotation());
  }

  @Test
  void aBackendIsFoundByItsAuthority() {
    assertThat(set.find("127.0.0.1:9002")).isSameAs(primaries.get(1));
    assertThat(set.find("127.0.0.1:1")).isNull();
  }

  private void unhealthy(Backend backend) {
    set.judge(backend, false, false);
  }

  private List<Backend> all() {
    List<Backend> all = new ArrayList<>(primaries);
    all.addAll(backups);
    return all;
  }

  private static Backend backend(int port, boolean backup) {
    return new Backend(new BackendAddress("http", "127.0.0.1", port), 1, backup);
  }
}
