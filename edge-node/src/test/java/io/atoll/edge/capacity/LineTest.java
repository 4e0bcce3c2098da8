package io.atoll.edge.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineTest {
  private long now = -5;
  private final Set<Slots> closed = new HashSet<>();
  private final Line line = new Line(() -> now, slots -> !closed.contains(slots));
  private final Slots one = new Slots("one:1", line, 1);
  private final Slots other = new Slots("other:1", line, 1);
  private final List<String> told = new ArrayList<>();

  LineTest() {
    line.most(3);
    one.take();
    other.take();
  }

  private final class Guest extends Line.Waiter {
    private final String name;
    private final @Nullable Slots not;

    Guest(String name) {
      this(name, null, null);
    }

    Guest(String name, @Nullable Slots only, @Nullable Slots not) {
      super(only);
      this.name = name;
      this.not = not;
    }

    @Override
    protected boolean accepts(Slots slots) {
      return slots != not;
    }

    @Override
    protected void granted(Slots slots) {
      told.add(name + " at " + slots.backend());
    }

    @Override
    protected void pushedOut() {
      told.add(name + " out");
    }

    @Override
    protected void stranded() {
      told.add(name + " stranded");
    }
  }

  private void join(String... names) {
    for (String name : names) {
      assertThat(line.join(new Guest(name))).isTrue();
    }
  }

  private void overload() {
    now += Line.OVERLOADED.toNanos();
  }

  @Test
  void theOldestIsServedFirst() {
    join("a", "b", "c");
    one.give();
    one.give();
    assertThat(told).containsExactly("a at one:1", "b at one:1");
    assertThat(line.size()).isEqualTo(1);
  }

  @Test
  void underOverloadTheNewestIs() {
    join("a", "b");
    overload();
    join("c");
    one.give();
    other.give();
    assertThat(told).containsExactly("c at one:1", "b at other:1");
  }

  @Test
  void overloadEndsWithTheLineEmpty() {
    join("a");
    overload();
    one.give();
    join("b", "c");
    one.give();
    assertThat(told).containsExactly("a at one:1", "b at one:1");
  }

  @Test
  void thatTooManyWaitForOneBackendIsNothingToTheOthers() {
    assertThat(line.join(new Guest("bound", other, null))).isTrue();
    overload();
    join("a", "b");
    one.give();
    one.give();
    assertThat(told).containsExactly("a at one:1", "b at one:1");
  }

  @Test
  void itIsTheOldestOfTooManyThatHasToGo() {
    join("a");
    now++;
    assertThat(line.join(new Guest("bound", other, null))).isTrue();
    overload();
    one.give();
    join("b", "c", "d");
    assertThat(told).containsExactly("a at one:1", "bound out");
  }

  @Test
  void whoCanNotGoToItsOnlyBackendAnyMoreGetsNoneOfItsSlotsAndWaitsNoLonger() {
    assertThat(line.join(new Guest("left", other, other))).isTrue();
    assertThat(line.join(new Guest("right", other, null))).isTrue();
    other.give();
    assertThat(told).containsExactly("right at " + other.backend());
    line.release(other);
    assertThat(told).last().isEqualTo("left stranded");
    assertThat(line.size()).isZero();
  }

  @Test
  void whoWaitsForABackendThatLeavesIsTold() {
    Guest bound = new Guest("bound", other, null);
    assertThat(line.join(bound)).isTrue();
    join("any");
    line.strand(other);
    line.strand(other);
    assertThat(told).containsExactly("bound stranded");
    assertThat(line.size()).isEqualTo(1);
    assertThat(line.leave(bound)).isFalse();
  }

  @Test
  void aFullLineTakesNobody() {
    join("a", "b", "c");
    assertThat(line.join(new Guest("d"))).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void underOverloadAFullLineTakesTheNewestInPlaceOfTheOldest() {
    join("a", "b", "c");
    overload();
    join("d");
    one.give();
    assertThat(told).containsExactly("a out", "d at one:1");
  }

  @Test
  void aLineOfNoPlacesTakesNobody() {
    line.most(0);
    overload();
    assertThat(line.join(new Guest("a"))).isFalse();
  }

  @Test
  void whoIsBoundWaitsForItsOwn() {
    assertThat(line.join(new Guest("bound", other, null))).isTrue();
    join("any");
    one.give();
    other.give();
    assertThat(told).containsExactly("any at one:1", "bound at other:1");
  }

  @Test
  void ofTheBoundAndTheOthersTheOldestIsFirstToo() {
    join("any");
    assertThat(line.join(new Guest("bound", one, null))).isTrue();
    one.give();
    one.give();
    assertThat(told).containsExactly("any at one:1", "bound at one:1");
  }

  @Test
  void nobodyIsSentWhereItHasFailed() {
    assertThat(line.join(new Guest("failed", null, one))).isTrue();
    one.give();
    assertThat(told).isEmpty();
    other.give();
    assertThat(told).containsExactly("failed at other:1");
  }

  @Test
  void onlyWhoIsBoundGoesToABackendOutOfRotation() {
    closed.add(one);
    join("any");
    assertThat(line.join(new Guest("bound", one, null))).isTrue();
    one.give();
    assertThat(told).containsExactly("bound at one:1");
  }

  @Test
  void whoLeavesIsToldNothing() {
    Guest guest = new Guest("a");
    line.join(guest);
    assertThat(line.leave(guest)).isTrue();
    assertThat(line.leave(guest)).isFalse();
    one.give();
    assertThat(told).isEmpty();
    assertThat(line.size()).isZero();
    assertThat(one.used()).isZero();
  }

  @Test
  void aLargerShareIsForThoseWhoWait() {
    join("a", "b", "c");
    one.share(3);
    assertThat(told).containsExactly("a at one:1", "b at one:1");
    assertThat(one.used()).isEqualTo(3);
  }

  @Test
  void aSlotThatIsOverTheShareIsNobodys() {
    one.share(2);
    assertThat(one.take()).isTrue();
    one.share(1);
    join("a");
    one.give();
    assertThat(told).isEmpty();
    assertThat(one.held()).isEqualTo(1);
  }
}
