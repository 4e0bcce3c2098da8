package io.atoll.edge.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.health.BackendKey;
import io.atoll.edge.loop.FakeLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * What nodes may have under way at a backend is never more than its limit in sum, whatever becomes
 * of what they say to the ledger: lost, late, twice, in another order; and whoever dies.
 */
class SharesPropertyTest {
  private static final BackendKey KEY = new BackendKey("u", "b:1");

  enum What {
    TAKE,
    GIVE,
    ROUND,
    DELIVER,
    DELIVER_AND_KEEP,
    LOSE,
    ANSWER,
    LOSE_ANSWER,
    WAIT,
    COME_OR_GO,
    DIE
  }

  record Step(What what, int which, int amount) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<What> what =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(8, Arbitraries.just(What.TAKE)),
            net.jqwik.api.Tuple.of(4, Arbitraries.just(What.GIVE)),
            net.jqwik.api.Tuple.of(6, Arbitraries.just(What.ROUND)),
            net.jqwik.api.Tuple.of(6, Arbitraries.just(What.DELIVER)),
            net.jqwik.api.Tuple.of(6, Arbitraries.just(What.ANSWER)),
            net.jqwik.api.Tuple.of(6, Arbitraries.of(What.class)));
    return Combinators.combine(
            what, Arbitraries.integers().between(0, 99), Arbitraries.integers().between(0, 40))
        .as(Step::new)
        .list()
        .ofMinSize(20)
        .ofMaxSize(400);
  }

  @Property(tries = 2000)
  void theSumIsNeverMoreThanTheLimit(
      @ForAll("steps") List<Step> steps,
      @ForAll @IntRange(min = 1, max = 30) int limit,
      @ForAll @IntRange(min = 1, max = 5) int nodes) {
    World world = new World(limit, nodes);
    for (Step step : steps) {
      world.step(step);
      assertThat(world.held()).as("%s", step).isLessThanOrEqualTo(limit);
    }
  }

  /** Nodes, what is under way between them and the ledger, and the ledger. */
  private static final class World {
    private final FakeLoop loop = new FakeLoop();
    private final int limit;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Said> said = new ArrayList<>();
    private final List<Runnable> answers = new ArrayList<>();
    private ShareBook book = ShareBook.begun(0);
    private int born;

    /** A claim, or, where there is none, a farewell. */
    private record Said(
        String node, long number, @Nullable Claim claim, CompletableFuture<Share> answer) {}

    World(int limit, int count) {
      this.limit = limit;
      loop.advance(Duration.ofSeconds(1));
      for (int i = 0; i < count; i++) {
        nodes.add(new Node(count));
      }
    }

    private final class Node implements ShareLedger {
      private final String id = "node-" + born++;
      private final Slots slots =
          new Slots("b:1", new Line(loop::now, _ -> true), untilAnswered(0));
      private final Claimant claimant =
          new Claimant(KEY, slots, this, loop, new AtomicLong()::incrementAndGet);
      private boolean listed = true;

      Node(int present) {
        round(0, present);
      }

      void round(int waiting, int present) {
        if (listed) {
          claimant.round(limit, waiting, present);
        } else {
          claimant.depart(limit, waiting, present);
        }
      }

      @Override
      public CompletionStage<Share> claim(BackendKey backend, Claim claim) {
        CompletableFuture<Share> answer = new CompletableFuture<>();
        said.add(new Said(id, claim.number(), claim, answer));
        return answer;
      }

      @Override
      public CompletionStage<?> leave(BackendKey backend, long number) {
        CompletableFuture<Share> answer = new CompletableFuture<>();
        said.add(new Said(id, number, null, answer));
        return answer;
      }

      @Override
      public int untilAnswered(int most) {
        return 0;
      }

      /** Here nobody takes what was not granted. */
      @Override
      public int unanswered(int most, int present) {
        return 0;
      }
    }

    int held() {
      return nodes.stream().mapToInt(node -> node.slots.held()).sum();
    }

    private void deliver(Said heard) {
      long now = Duration.ofNanos(loop.now()).toMillis();
      if (heard.claim == null) {
        ShareBook left = book.without(heard.node, heard.number);
        book = left == null ? ShareBook.begun(now) : left;
        answers.add(() -> heard.answer.complete(new Share(0, false)));
        return;
      }
      Set<String> present = nodes.stream().map(node -> node.id).collect(Collectors.toSet());
      present.add(heard.node);
      ShareBook.Decided decided = book.claim(heard.node, heard.claim, present, now);
      book = decided.book();
      answers.add(() -> heard.answer.complete(decided.share()));
    }

    void step(Step step) {
      int which = step.which;
      Node node = nodes.get(which % nodes.size());
      switch (step.what) {
        case TAKE -> {
          for (int i = 0; i < step.amount; i++) {
            node.slots.take();
          }
        }
        case GIVE -> {
          for (int i = Math.min(step.amount, node.slots.used()); i > 0; i--) {
            node.slots.give();
          }
        }
        case ROUND -> {
          loop.advance(Duration.ofMillis(step.amount * 3L));
          node.round(node.listed ? step.amount : 0, nodes.size());
        }
        case COME_OR_GO -> node.listed = !node.listed;
        case DELIVER, DELIVER_AND_KEEP, LOSE -> {
          if (!said.isEmpty()) {
            Said heard = said.remove(which % said.size());
            // What a dead member still sends is refused by the others.
            if (step.what != What.LOSE && nodes.stream().anyMatch(n -> n.id.equals(heard.node))) {
              deliver(heard);
              if (step.what == What.DELIVER_AND_KEEP) {
                said.add(heard);
              }
            }
          }
        }
        case ANSWER, LOSE_ANSWER -> {
          if (!answers.isEmpty()) {
            Runnable answer = answers.remove(which % answers.size());
            if (step.what == What.ANSWER) {
              answer.run();
              loop.run();
            }
          }
        }
        case WAIT -> loop.advance(Duration.ofMillis(step.amount * 400L));
        case DIE -> {
          nodes.remove(node);
          nodes.add(new Node(nodes.size() + 1));
        }
      }
    }
  }
}
