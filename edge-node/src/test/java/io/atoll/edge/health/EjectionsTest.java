package io.atoll.edge.health;

import static io.atoll.edge.health.EjectionReason.CONNECT_FAILURE;
import static io.atoll.edge.health.EjectionReason.ERROR_RATE;
import static io.atoll.edge.health.Ejections.Outcome.EJECTED;
import static io.atoll.edge.health.Ejections.Outcome.UNCHANGED;
import static io.atoll.edge.health.Ejections.Outcome.WITHHELD;
import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Member;
import io.atoll.edge.balance.Trial;
import io.atoll.edge.loop.FakeLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class EjectionsTest {
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration KNOWN = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final FakeLoop loop = new FakeLoop();
  private final List<Backend> known = new ArrayList<>();

  @Example
  void whenItsTimeHasComeABackendIsOnTrialAndStillOutOfTheRotation() {
    Fixture some = new Fixture(4, 50);
    some.eject(0);
    loop.advance(FIRST.minusNanos(1));
    assertThat(some.backend(0).trial()).isNull();

    loop.advance(Duration.ofNanos(1));

    assertThat(some.backend(0).trial()).isNotNull();
    assertThat(some.backend(0).ejected()).isTrue();
    assertThat(some.set.rotation().contains(some.backend(0))).isFalse();
  }

  @Example
  void aTrialThatIsPassedEndsTheEjection() {
    Fixture some = new Fixture(4, 50);
    Trial trial = some.onTrial(0);

    assertThat(some.ejections.acquit(some.backend(0), trial)).isTrue();

    assertThat(some.set.rotation().contains(some.backend(0))).isTrue();
    assertThat(some.ejections.out()).isZero();
    assertThat(some.ejections.acquit(some.backend(0), trial)).isFalse();
    assertThat(some.ejections.condemn(some.backend(0), trial)).isFalse();
  }

  @Example
  void eachTrialThatIsFailedMakesTheNextOneComeLater() {
    Fixture some = new Fixture(4, 50);
    Trial trial = some.onTrial(0);
    for (int n = 2; n < 5; n++) {
      assertThat(some.ejections.condemn(some.backend(0), trial)).isTrue();
      assertThat(some.ejections.condemn(some.backend(0), trial)).isFalse();
      loop.advance(FIRST.multipliedBy(n).minusNanos(1));
      assertThat(some.backend(0).trial()).isNull();
      loop.advance(Duration.ofNanos(1));
      trial = Objects.requireNonNull(some.backend(0).trial());
    }
  }

  @Example
  void aBackendThatIsReadmittedEarlyIsNotTriedLater() {
    Fixture some = new Fixture(4, 50);
    some.eject(0);
    loop.run();
    assertThat(some.ejections.readmit(some.backend(0))).isTrue();
    some.eject(0);

    loop.advance(FIRST.multipliedBy(2).minusNanos(1));

    assertThat(some.backend(0).trial()).isNull();
    assertThat(some.ejections.readmit(some.backend(1))).isFalse();
  }

  @Example
  void whyAndForHowLongIsKnown() {
    Fixture some = new Fixture(4, 50);
    some.eject(0);
    loop.advance(Duration.ofSeconds(3));
    assertThat(some.ejections.of(some.backend(0)))
        .isEqualTo(new Ejection("error_rate", FIRST.minusSeconds(3)));
    assertThat(some.ejections.of(some.backend(1))).isNull();

    loop.advance(FIRST);
    assertThat(some.ejections.of(some.backend(0)))
        .isEqualTo(new Ejection("error_rate", Duration.ZERO));
    some.ejections.readmit(some.backend(0));
    assertThat(some.ejections.of(some.backend(0))).isNull();
  }

  @Example
  void thatAllKnowOfAnEjectionIsSaidOnceAndOnlyWhileItLasts() {
    Fixture some = new Fixture(4, 50);
    some.eject(0);
    loop.advance(KNOWN.dividedBy(2));
    some.ejections.readmit(some.backend(0));
    some.eject(0);
    loop.advance(KNOWN.minusNanos(1));
    assertThat(known).isEmpty();

    loop.advance(Duration.ofNanos(1));
    assertThat(known).containsExactly(some.backend(0));
    loop.advance(FIRST.multipliedBy(2));
    assertThat(known).hasSize(1);
  }

  @Example
  void ofABackendThatIsForgottenNothingIsSaidAnyMore() {
    Fixture some = new Fixture(4, 50);
    some.eject(0);
    loop.run();
    some.ejections.forget(some.backend(0));
    some.eject(1);
    loop.run();
    some.ejections.stop();

    loop.advance(FIRST);

    assertThat(known).isEmpty();
  }

  @Example
  void anEjectionOnTopOfAnotherIsNone() {
    Fixture some = new Fixture(4, 100);
    assertThat(some.eject(0)).isEqualTo(EJECTED);
    assertThat(some.eject(0)).isEqualTo(UNCHANGED);
    some.onTrial(1);
    assertThat(some.eject(1)).isEqualTo(UNCHANGED);
  }

  @Example
  void oneAlwaysMayBeEjected() {
    Fixture none = new Fixture(4, 0);
    assertThat(none.eject(0)).isEqualTo(EJECTED);
    assertThat(none.eject(1)).isEqualTo(WITHHELD);
  }

  @Example
  void whoCannotBeReachedIsEjectedHoweverManyAre() {
    Fixture some = new Fixture(3, 50);
    IntStream.range(0, 3)
        .forEach(
            i ->
                assertThat(some.ejections.eject(some.backend(i), CONNECT_FAILURE))
                    .isEqualTo(EJECTED));
  }

  @Example
  void aBackendThatIsNotListedAnyMoreMakesRoom() {
    Fixture some = new Fixture(4, 25);
    Backend gone = some.backend(0);
    some.eject(0);
    some.set.members(members(1, 5));
    some.ejections.forget(gone);
    loop.advance(FIRST);

    assertThat(gone.trial()).isNull();
    assertThat(some.ejections.eject(gone, CONNECT_FAILURE)).isEqualTo(UNCHANGED);
    assertThat(some.eject(1)).isEqualTo(EJECTED);
  }

  @Example
  void afterTheEndNobodyIsEjectedOrTried() {
    Fixture some = new Fixture(4, 50);
    some.eject(0);
    loop.run();
    some.ejections.stop();
    loop.advance(FIRST);

    assertThat(some.backend(0).trial()).isNull();
    assertThat(some.eject(1)).isEqualTo(UNCHANGED);
  }

  @Property
  void neverAreMoreEjectedThanMayBe(
      @ForAll @IntRange(min = 1, max = 20) int size,
      @ForAll @IntRange(max = 100) int most,
      @ForAll @Size(max = 60) List<@IntRange(max = 19) Integer> steps) {
    Fixture some = new Fixture(size, most);
    for (int step : steps) {
      Backend backend = some.backend(step % size);
      Trial trial = backend.trial();
      if (trial == null) {
        some.ejections.eject(backend, ERROR_RATE);
      } else if (step % 2 == 0) {
        some.ejections.acquit(backend, trial);
      } else {
        some.ejections.condemn(backend, trial);
      }
      loop.advance(Duration.ofSeconds(step));

      long out = some.set.all().stream().filter(Backend::ejected).count();
      assertThat(out).isEqualTo(some.ejections.out() + some.ejections.onTrial());
      assertThat(out).isLessThanOrEqualTo(Math.max(1, size * most / 100));
    }
  }

  private static List<Member> members(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Member.at(new BackendAddress("http", "10.0.0." + (i + 1), 80)))
        .toList();
  }

  private final class Fixture {
    final BackendSet set;
    final Ejections ejections;

    Fixture(int size, int most) {
      set = new BackendSet("shop", members(0, size), 0);
      ejections =
          new Ejections(set, new Ejections.Terms(FIRST, most, KNOWN, PATIENCE), loop, known::add);
    }

    Backend backend(int i) {
      return Objects.requireNonNull(set.find("10.0.0." + (i + 1) + ":80"));
    }

    Ejections.Outcome eject(int i) {
      return ejections.eject(backend(i), ERROR_RATE);
    }

    Trial onTrial(int i) {
      eject(i);
      loop.advance(FIRST);
      return Objects.requireNonNull(backend(i).trial());
    }
  }
}
