package io.atoll.edge.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.UpstreamConfig;
import io.atoll.edge.balance.Surroundings;
import io.atoll.edge.loop.FakeLoop;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.UpstreamText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Upstreams across reloads: which names are followed, and which backends follow from it. */
class MembershipsTest {
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final FakeLoop loop = new FakeLoop();
  private final Telemetry telemetry = new Telemetry();
  private final Map<String, CompletableFuture<Reply<Found>>> answers = new HashMap<>();
  private final List<String> closed = new ArrayList<>();
  private final Memberships memberships =
      new Memberships(
          what -> new Scripted(what.dns()),
          loop,
          new InProcessBackendRoster(),
          telemetry,
          new SplittableRandom(3));

  /** Answers when the test says so. */
  private final class Scripted implements Lookup {
    private final String name;

    Scripted(String name) {
      this.name = name;
    }

    @Override
    public CompletableFuture<Reply<Found>> look() {
      return answers.computeIfAbsent(name, _ -> new CompletableFuture<>());
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }

  private static UpstreamConfig found(String name, String more) {
    return UpstreamText.discovered("shop", "{dns: " + name + ", port: 80}", more);
  }

  private void answer(String name, String host) {
    answers
        .computeIfAbsent(name, _ -> new CompletableFuture<>())
        .complete(new Reply.Some<>(List.of(new Found(host, 80, 1, 0)), Duration.ofSeconds(60)));
  }

  private Membership open(UpstreamConfig upstream) {
    memberships.prepare(List.of(upstream), AT_ONCE);
    loop.run();
    Membership membership = memberships.open(upstream, Surroundings.NONE);
    loop.run();
    return membership;
  }

  private static List<String> backends(Membership membership) {
    return membership.backends().all().stream()
        .map(backend -> backend.address().toString())
        .toList();
  }

  @Test
  void anUpstreamHasNoBackendsBeforeTheFirstAnswerAndFollowsThen() {
    Membership shop = open(found("a.test", ""));
    assertThat(backends(shop)).isEmpty();
    answer("a.test", "10.0.0.1");
    loop.run();
    assertThat(backends(shop)).containsExactly("http://10.0.0.1:80");
    assertThat(shop.source("10.0.0.1:80")).isEqualTo(Source.DNS);
  }

  @Test
  void whatDnsNamesIsSpokenToOverTlsWhereTheUpstreamIs() {
    answer("a.test", "10.0.0.1");
    assertThat(backends(open(found("a.test", "tls: {}")))).containsExactly("https://10.0.0.1:80");
  }

  @Test
  void aReloadThatLeavesTheNameGoesOnWithItsAnswer() {
    answer("a.test", "10.0.0.1");
    open(found("a.test", ""));
    Membership next = open(found("a.test", "panicThreshold: 10"));
    assertThat(backends(next)).containsExactly("http://10.0.0.1:80");
    assertThat(closed).isEmpty();
  }

  @Test
  void anotherRefreshIsAnotherFollowerWithTheSameAnswer() {
    answer("a.test", "10.0.0.1");
    open(found("a.test", ""));
    answers.put("a.test", new CompletableFuture<>());
    Membership next =
        open(UpstreamText.discovered("shop", "{dns: a.test, port: 80, refresh: 9s}", ""));
    assertThat(backends(next)).containsExactly("http://10.0.0.1:80");
    assertThat(closed).containsExactly("a.test");
  }

  @Test
  void anotherNameStartsFromNothing() {
    answer("a.test", "10.0.0.1");
    open(found("a.test", ""));
    assertThat(backends(open(found("b.test", "")))).isEmpty();
  }

  @Test
  void anUpstreamThatIsGoneIsFollowedNoMoreAndItsMetersGo() {
    answer("a.test", "10.0.0.1");
    open(found("a.test", ""));
    assertThat(telemetry.scrape(List.of())).contains("upstream=\"shop\"");
    memberships.keepOnly(List.of());
    loop.run();
    assertThat(closed).containsExactly("a.test");
    assertThat(memberships.of("shop")).isNull();
    assertThat(telemetry.scrape(List.of())).doesNotContain("upstream=\"shop\"");
  }
}
