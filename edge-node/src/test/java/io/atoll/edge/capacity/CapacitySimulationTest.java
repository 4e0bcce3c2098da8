package io.atoll.edge.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Member;
import io.atoll.edge.health.BackendKey;
import io.atoll.edge.loop.FakeLoop;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Five nodes that share what one backend takes, in a time of their own. */
class CapacitySimulationTest {
  private static final Duration TAKES = Duration.ofMillis(200);
  private static final Duration WAY = Duration.ofMillis(1);

  private final FakeLoop loop = new FakeLoop();
  private final Map<BackendKey, ShareBook> books = new HashMap<>();
  private final Set<String> present = new HashSet<>();
  private final List<Node> nodes = new ArrayList<>();
  private int claims;
  private int underWay;
  private int most;
  private long done;
  private boolean reachable = true;

  /** A node, its clients, and its way to the ledger. */
  private final class Node implements ShareLedger {
    private final String id;
    private final UpstreamCapacity capacity;
    private final Slots slots;
    private int clients;
    private int busy;
    private int served;

    Node(String id, UpstreamConfig config) {
      this.id = id;
      present.add(id);
      Capacity all = new Capacity(loop, this, present::size, new Telemetry());
      BackendSet backends =
          new BackendSet("u", config.backends().stream().map(Member::of).toList(), 0);
      capacity = all.open(config, backends);
      Backend only = backends.all().iterator().next();
      slots = capacity.slots(only);
    }

    @Override
    public CompletionStage<Share> claim(BackendKey backend, Claim claim) {
      claims++;
      CompletableFuture<Share> answer = new CompletableFuture<>();
      loop.after(WAY, () -> decide(backend, claim, answer));
      return answer;
    }

    private void decide(BackendKey backend, Claim claim, CompletableFuture<Share> answer) {
      if (!reachable) {
        answer.completeExceptionally(new TimeoutException());
        return;
      }
      long now = Duration.ofNanos(loop.now()).toMillis();
      ShareBook book = books.computeIfAbsent(backend, _ -> ShareBook.begun(now));
      ShareBook.Decided decided = book.claim(id, claim, present, now);
      books.put(backend, decided.book());
      loop.after(WAY, () -> answer.complete(decided.share()));
    }

    @Override
    public CompletionStage<?> leave(BackendKey backend, long number) {
      throw new AssertionError("the backend stays");
    }

    @Override
    public int untilAnswered(int limit) {
      return 0;
    }

    @Override
    public int unanswered(int limit, int present) {
      return limit / present;
    }

    /** So many ask one request after the other. */
    void clients(int count) {
      clients = count;
      while (busy < clients) {
        busy++;
        ask();
      }
    }

    private void ask() {
      if (busy > clients) {
        busy--;
      } else if (slots.take()) {
        begin();
      } else if (!capacity.join(new Client(this), slots)) {
        throw new AssertionError("there is room for all to wait");
      }
    }

    private void begin() {
      underWay++;
      most = Math.max(most, underWay);
      loop.after(
          TAKES,
          () -> {
            underWay--;
            done++;
            served++;
            slots.give();
            loop.after(WAY, this::ask);
          });
    }
  }

  private static final class Client extends Line.Waiter {
    private final Node node;

    Client(Node node) {
      super(null);
      this.node = node;
    }

    @Override
    protected boolean accepts(Slots slots) {
      return true;
    }

    @Override
    protected void granted(Slots slots) {
      node.begin();
    }

    @Override
    protected void pushedOut() {
      throw new AssertionError("there is room for all to wait");
    }

    @Override
    protected void stranded() {
      throw new AssertionError("the backend stays");
    }
  }

  private void start(int limit, int count) {
    UpstreamConfig config =
        UpstreamText.upstream("u", "connections: {perBackend: %d, pending: 9999}".formatted(limit));
    for (int i = 0; i < count; i++) {
      nodes.add(new Node("node-" + i, config));
    }
    loop.advance(Duration.ofSeconds(2));
  }

  private void load(int... clients) {
    for (int i = 0; i < clients.length; i++) {
      nodes.get(i).clients(clients[i]);
    }
  }

  /** Of what the backend could have answered, the part it did. */
  private double used(int limit, Duration by) {
    long before = done;
    loop.advance(by);
    return (done - before) / ((double) by.toMillis() / TAKES.toMillis() * limit);
  }

  @Test
  void underSkewedLoadNearlyAllIsUsedAndNeverMore() {
    start(100, 5);
    load(128, 8, 8, 8, 8);
    loop.advance(Duration.ofSeconds(2));
    assertThat(used(100, Duration.ofSeconds(20))).isGreaterThan(0.97);
    assertThat(most).isLessThanOrEqualTo(100);
  }

  @Test
  void sharesFollowWhereTheLoadIs() {
    start(100, 5);
    load(150, 2, 2, 2, 2);
    loop.advance(Duration.ofSeconds(5));
    load(2, 2, 2, 2, 150);
    loop.advance(Duration.ofSeconds(2));
    assertThat(used(100, Duration.ofSeconds(5))).isGreaterThan(0.95);
    assertThat(nodes.getLast().slots.share()).isGreaterThan(85);
    assertThat(most).isLessThanOrEqualTo(100);
  }

  @Test
  void aNodeAloneWithTheLoadHasNearlyAll() {
    start(100, 5);
    load(200, 0, 0, 0, 0);
    loop.advance(Duration.ofSeconds(1));
    assertThat(used(100, Duration.ofSeconds(5))).isGreaterThan(0.95);
    assertThat(most).isLessThanOrEqualTo(100);
  }

  @Test
  void underEvenLoadEachHasItsPart() {
    start(100, 5);
    load(50, 50, 50, 50, 50);
    loop.advance(Duration.ofSeconds(2));
    assertThat(used(100, Duration.ofSeconds(10))).isGreaterThan(0.98);
    assertThat(nodes).allSatisfy(node -> assertThat(node.slots.share()).isBetween(19, 21));
    assertThat(most).isLessThanOrEqualTo(100);
  }

  @Test
  void fewerSlotsThanNodesGoRound() {
    start(2, 5);
    load(4, 4, 4, 4, 4);
    loop.advance(Duration.ofSeconds(10));
    assertThat(most).isLessThanOrEqualTo(2);
    assertThat(nodes).allSatisfy(node -> assertThat(node.served).isGreaterThan(5));
    assertThat(done).as("of a hundred that could be").isGreaterThan(80);
  }

  @Test
  void whereFewerSlotsThanNodesGoRoundWhoWantsMuchStarvesNobody() {
    start(2, 5);
    load(50, 1, 1, 1, 1);
    loop.advance(Duration.ofSeconds(10));
    assertThat(most).isLessThanOrEqualTo(2);
    assertThat(nodes).allSatisfy(node -> assertThat(node.served).isGreaterThan(5));
    assertThat(done).isGreaterThan(80);
  }

  @Test
  void whatANodeHadThatDiesIsForTheOthers() {
    start(100, 3);
    load(100, 100, 100);
    loop.advance(Duration.ofSeconds(3));
    present.remove("node-2");
    nodes.get(2).clients(0);
    loop.advance(Duration.ofSeconds(2));
    assertThat(nodes.get(0).slots.share() + nodes.get(1).slots.share()).isEqualTo(100);
  }

  @Test
  void whileTheLedgerCannotBeReachedEachHasAnEvenPartAtLeastAndAfterAWhileNobodyMore() {
    start(100, 5);
    load(200, 8, 8, 8, 8);
    loop.advance(Duration.ofSeconds(3));
    int before = nodes.getFirst().slots.share();
    reachable = false;
    loop.advance(Duration.ofSeconds(2));
    assertThat(nodes.getFirst().slots.share()).isEqualTo(before);
    assertThat(nodes.get(1).slots.share()).isEqualTo(20);
    loop.advance(Claimant.ALONE);
    assertThat(nodes).allSatisfy(node -> assertThat(node.slots.share()).isEqualTo(20));
    reachable = true;
    loop.advance(Duration.ofSeconds(2));
    assertThat(nodes.getFirst().slots.share()).isGreaterThan(60);
    assertThat(most).isLessThanOrEqualTo(100);
  }

  @Test
  void aNodeThatNeverReachedTheLedgerTakesAnEvenPart() {
    reachable = false;
    start(100, 5);
    assertThat(nodes).allSatisfy(node -> assertThat(node.slots.share()).isEqualTo(20));
  }

  @Test
  void whereNothingHappensNothingIsAsked() {
    start(100, 5);
    load(20, 1, 1, 1, 1);
    loop.advance(Duration.ofSeconds(5));
    load(0, 0, 0, 0, 0);
    loop.advance(Duration.ofSeconds(10));
    claims = 0;
    loop.advance(Duration.ofMinutes(1));
    assertThat(claims).isZero();
    assertThat(nodes).allSatisfy(node -> assertThat(node.slots.share()).isEqualTo(1));
  }
}
