package io.atoll.edge.balance;

import static java.lang.Thread.State.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.BackendAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BackendSetTest {
  private final BackendSet set =
      new BackendSet(
          "shop",
          List.of(
              member(9001, 0),
              member(9002, 0),
              member(9003, 0),
              member(9004, 0),
              member(9101, 1),
              member(9102, 1)),
          30);
  private final List<Backend> primaries = List.copyOf(set.all()).subList(0, 4);
  private final List<Backend> backups = List.copyOf(set.all()).subList(4, 6);

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
  void anEjectedBackendStaysHealthyForTheClusterAndComesBackWhenItIsReadmitted() {
    Backend ejected = primaries.get(2);
    assertThat(set.eject(ejected)).isTrue();
    assertThat(ejected.verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(set.rotation().contains(ejected)).isFalse();

    assertThat(set.readmit(ejected)).isTrue();
    assertThat(set.rotation().contains(ejected)).isTrue();
    assertThat(set.readmit(ejected)).isFalse();
  }

  @Test
  void anEjectionOnTopOfAnotherChangesNothing() {
    assertThat(set.eject(primaries.get(0))).isTrue();
    assertThat(set.eject(primaries.get(0))).isFalse();
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
    BackendSet calm = new BackendSet("calm", List.of(member(9001, 0)), 0);
    calm.judge(List.copyOf(calm.all()).getFirst(), false, false);

    assertThat(calm.rotation().size()).isZero();
    assertThat(calm.rotation().panic()).isFalse();
  }

  @Test
  void eachChangeIsToldOnceAndNoChangeIsNot() {
    List<Rotation> told = new ArrayList<>();
    set.listen(
        new BackendSet.Listener() {
          @Override
          public void rotated(Rotation rotation) {
            told.add(rotation);
          }
        });

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

  @Test
  void aBackendThatStaysListedKeepsWhatIsThoughtOfIt() {
    unhealthy(primaries.get(1));

    set.members(List.of(member(9002, 0), new Member(address(9003), 5, "a", 0)));

    assertThat(set.all()).containsExactly(primaries.get(1), primaries.get(2));
    assertThat(primaries.get(1).healthy()).isFalse();
    assertThat(primaries.get(2).weight()).isEqualTo(5);
    assertThat(set.rotation().backends()).containsExactly(primaries.get(2));
    assertThat(set.rotation().totalWeight()).isEqualTo(5);
  }

  @Test
  void whoComesAndWhoGoesIsToldInOrder() {
    List<String> told = new ArrayList<>();
    set.listen(
        new BackendSet.Listener() {
          @Override
          public void added(Backend backend) {
            told.add("added " + backend);
          }

          @Override
          public void removed(Backend backend) {
            told.add("removed " + backend);
          }

          @Override
          public void rotated(Rotation rotation) {
            told.add("rotated " + rotation.size());
          }
        });
    told.clear(); // who was there already

    set.members(List.of(member(9001, 0), member(9005, 0)));

    assertThat(told)
        .startsWith("added 127.0.0.1:9005", "rotated 2", "removed 127.0.0.1:9002")
        .hasSize(7);
  }

  @Test
  void whoAsksIsFirstToldOfAllThatAreListed() {
    List<Backend> told = new ArrayList<>();
    set.listen(added(told::add));

    assertThat(told).containsExactlyElementsOf(set.all());
  }

  @Test
  void whoAsksWhileABackendComesIsToldOfItOnce() throws InterruptedException {
    List<Backend> told = new CopyOnWriteArrayList<>();
    Thread late = Thread.ofPlatform().unstarted(() -> set.listen(added(told::add)));
    set.listen(
        added(
            backend -> {
              if (backend.address().port() == 9005) {
                late.start();
                await().until(() -> late.getState() == BLOCKED || !late.isAlive());
              }
            }));

    set.members(List.of(member(9001, 0), member(9005, 0)));
    late.join();

    assertThat(told).containsExactlyElementsOf(set.all());
  }

  private static BackendSet.Listener added(Consumer<Backend> told) {
    return new BackendSet.Listener() {
      @Override
      public void added(Backend backend) {
        told.accept(backend);
      }
    };
  }

  @Test
  void aServerThatIsSpokenToOtherwiseIsAnother() {
    set.members(List.of(Member.at(new BackendAddress("https", "127.0.0.1", 9001))));

    assertThat(set.find("127.0.0.1:9001")).isNotSameAs(primaries.getFirst());
  }

  private List<Backend> all() {
    return List.copyOf(set.all());
  }

  private static Member member(int port, int level) {
    return new Member(address(port), 1, null, level);
  }

  private static BackendAddress address(int port) {
    return new BackendAddress("http", "127.0.0.1", port);
  }
}
