package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Random interleavings of fetches, stores, reads and purges on three nodes that learn of purges at
 * different times. A read never yields what was fetched before a purge that the reading node has
 * applied; and once all have applied it, no node yields it, whenever it was stored.
 */
class PurgeModelTest {
  private static final int NODES = 3;
  private static final String URL = "https://h/a";

  /** What happens next, and where. */
  record Step(Kind kind, int node, int which) {
    enum Kind {
      /** A node begins a fetch: the response shows the origin's content of now. */
      FETCH,
      /** A fetch under way ends, and its response is stored in L1 and L2. */
      STORE,
      /** The origin's content changes and is purged; the nodes learn of it later. */
      PURGE,
      /** A node applies the next purge it has not applied. */
      LEARN,
      /** A client reads from a node: L1, then L2. */
      READ
    }
  }

  private record UnderWay(int node, long content, Mark mark) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(Step.Kind.class),
            Arbitraries.integers().between(0, NODES - 1),
            Arbitraries.integers().between(0, 9))
        .as(Step::new)
        .list()
        .ofMaxSize(120);
  }

  @Property(tries = 2000)
  void aPurgeIsNeverUndoneByALateStore(@ForAll("steps") List<Step> steps) {
    World world = new World();
    steps.forEach(world::take);
    for (int node = 0; node < NODES; node++) {
      while (world.learn(node)) {
        // until all have applied every purge
      }
    }
    for (int node = 0; node < NODES; node++) {
      world.read(node);
    }
  }

  /** The cluster, and what is true of it. */
  private static final class World {
    private final PurgeIndex[] indexes = new PurgeIndex[NODES];
    private final List<Map<String, StoredResource>> local = new ArrayList<>();
    private final List<Deque<Long>> unread = new ArrayList<>();
    private final InProcessSharedCache[] shared = new InProcessSharedCache[NODES];
    private final List<UnderWay> underWay = new ArrayList<>();
    private final long[] applied = new long[NODES];
    private long content;

    World() {
      for (int node = 0; node < NODES; node++) {
        indexes[node] = new PurgeIndex(5, System::nanoTime, _ -> {});
        indexes[node].begin(1, 0);
        shared[node] =
            node == 0 ? InProcessSharedCache.create(indexes[0]) : shared[0].of(indexes[node]);
        local.add(new HashMap<>());
        unread.add(new ArrayDeque<>());
      }
    }

    void take(Step step) {
      switch (step.kind()) {
        case FETCH -> underWay.add(new UnderWay(step.node(), content, indexes[step.node()].mark()));
        case STORE -> {
          if (!underWay.isEmpty()) {
            store(underWay.remove(step.which() % underWay.size()));
          }
        }
        case PURGE -> {
          content++;
          unread.forEach(queue -> queue.addLast(content));
        }
        case LEARN -> learn(step.node());
        case READ -> read(step.node());
      }
    }

    private void store(UnderWay fetch) {
      StoredResponse response = Stored.response(URL, fetch.mark(), "" + fetch.content());
      if (response.standing(indexes[fetch.node()]) == Standing.CURRENT) {
        local
            .get(fetch.node())
            .merge(URL, new StoredResource(List.of(response)), (a, _) -> a.with(response));
      }
      // Even if the node forgot to look, the others must not be fooled.
      shared[fetch.node()].store(URL, response);
    }

    boolean learn(int node) {
      Long next = unread.get(node).pollFirst();
      if (next == null) {
        return false;
      }
      PurgeTarget target = next % 2 == 0 ? PurgeTarget.url(URL) : PurgeTarget.prefix("h/a");
      indexes[node].apply(next, target, false);
      applied[node] = next;
      return true;
    }

    void read(int node) {
      StoredResource resource = local.get(node).get(URL);
      @Nullable StoredResponse found = resource == null ? null : resource.variants().getFirst();
      if (found == null || found.standing(indexes[node]) != Standing.CURRENT) {
        found = shared[node].find(URL, _ -> true).toCompletableFuture().join();
      }
      if (found != null && found.standing(indexes[node]) == Standing.CURRENT) {
        long seen = Long.parseLong(new String(found.body(), StandardCharsets.UTF_8));
        assertThat(seen).isGreaterThanOrEqualTo(applied[node]);
      }
    }
  }
}
