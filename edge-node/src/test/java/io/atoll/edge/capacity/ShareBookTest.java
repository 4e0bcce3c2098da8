package io.atoll.edge.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShareBookTest {
  private static final long LATER = 10_000;
  private static final int LIMIT = 100;

  private ShareBook book = ShareBook.begun(0);
  private final List<String> nodes = List.of("a", "b", "c");
  private long number;

  private Share claim(String node, int holding, int wanted) {
    return claim(node, holding, wanted, LATER);
  }

  private Share claim(String node, int holding, int wanted, long now) {
    ShareBook.Decided decided =
        book.claim(node, new Claim(++number, LIMIT, holding, wanted), nodes, now);
    book = decided.book();
    return decided.share();
  }

  @Test
  void whoWantsAllGetsItButForTheOneSlotThatEverybodyMayHave() {
    assertThat(claim("a", 0, 500).slots()).isEqualTo(98);
  }

  @Test
  void aNodeGetsNoMoreThanOthersHaveLeftUntilTheyHaveGivenBack() {
    claim("b", 0, 1);
    claim("c", 0, 1);
    assertThat(claim("a", 0, 200).slots()).isEqualTo(96);
    assertThat(claim("b", 2, 200).slots()).as("nothing is free yet").isEqualTo(2);
    assertThat(claim("a", 96, 200).slots()).as("so it is asked to give back").isEqualTo(50);
    assertThat(claim("b", 2, 200).slots()).as("which it has not said it did").isEqualTo(2);
    claim("a", 50, 200);
    assertThat(claim("b", 2, 200).slots()).isBetween(48, 50);
  }

  @Test
  void whileThereIsEnoughANodeGetsMoreThanItWants() {
    assertThat(claim("a", 0, 8).slots()).isEqualTo(11);
    assertThat(claim("a", 11, 0).slots()).isEqualTo(1);
  }

  @Test
  void scarceIsMoreThanHalf() {
    assertThat(claim("a", 0, 50).scarce()).isFalse();
    assertThat(claim("a", 0, 51).scarce()).isTrue();
  }

  /** What each of the nodes would be answered now, where nobody holds anything. */
  private List<Integer> answers(int limit, long now, int... wanted) {
    Share none = new Share(0, false);
    ShareBook all =
        new ShareBook(
            0,
            IntStream.range(0, 3)
                .mapToObj(i -> new ShareBook.Holder(nodes.get(i), 1, 0, wanted[i], none))
                .toList());
    return IntStream.range(0, 3)
        .mapToObj(i -> all.claim(nodes.get(i), new Claim(2, limit, 0, wanted[i]), nodes, now))
        .map(decided -> decided.share().slots())
        .toList();
  }

  @Test
  void fewerSlotsThanNodesGoRoundHoweverManyOneWants() {
    List<List<Integer>> turns =
        IntStream.range(0, 3)
            .mapToObj(turn -> answers(1, LATER + turn * ShareBook.TURN.toMillis(), 50, 1, 1))
            .toList();
    assertThat(turns)
        .containsExactlyInAnyOrder(List.of(1, 0, 0), List.of(0, 1, 0), List.of(0, 0, 1));
  }

  @Test
  void ofFewerSlotsThanNodesWhoWantsManyGetsWhatTheOthersLeave() {
    assertThat(answers(2, LATER, 50, 0, 0)).containsExactly(2, 0, 0);
    assertThat(answers(2, LATER, 50, 1, 0)).containsExactly(1, 1, 0);
  }

  @Test
  void anOldClaimChangesNothing() {
    claim("a", 0, 40);
    ShareBook before = book;
    ShareBook.Decided again = book.claim("a", new Claim(1, LIMIT, 0, 0), nodes, LATER);
    assertThat(again.book()).isSameAs(before);
    assertThat(again.share().slots()).as("the answer is the same").isEqualTo(51);
  }

  @Test
  void whatANodeHeldThatLeftIsFree() {
    claim("c", 0, 200);
    assertThat(claim("a", 0, 200).slots()).isEqualTo(1);
    ShareBook.Decided after =
        book.claim("a", new Claim(99, LIMIT, 1, 200), List.of("a", "b"), LATER);
    assertThat(after.share().slots()).isEqualTo(99);
    assertThat(after.book().holders()).extracting(ShareBook.Holder::node).containsExactly("a");
  }

  @Test
  void whoGivesUpIsForgottenAndWithTheLastTheBook() {
    claim("a", 0, 1);
    claim("b", 0, 1);
    assertThat(book.without("a", 1)).as("said before its last claim").isSameAs(book);
    ShareBook left = Objects.requireNonNull(book.without("a", 99));
    assertThat(left.holders()).extracting(ShareBook.Holder::node).containsExactly("b");
    assertThat(left.without("b", 99)).isNull();
  }

  @Test
  void aNewBookGivesNobodyMoreThanAnEvenPart() {
    long soon = ShareBook.SETTLED.toMillis() - 1;
    assertThat(claim("a", 0, 200, soon).slots()).isEqualTo(33);
    assertThat(claim("b", 60, 200, soon).slots()).as("what it holds, it holds").isEqualTo(50);
  }
}
