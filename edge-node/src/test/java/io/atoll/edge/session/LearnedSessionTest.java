package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LearnedSessionTest extends StickySessionContract {
  @Override
  UpstreamConfig.StickySession.Mode mode() {
    return UpstreamConfig.StickySession.Mode.learn;
  }

  @Test
  void theCookieIsTheApplicationsAndGoesBothWaysAsItIs() {
    browser.request(one, backends);
    assertThat(browser.setCookie).startsWith("SID=").endsWith("; Path=/; HttpOnly");
    assertThat(one.stripped("theme=dark; " + browser.cookie()))
        .isEqualTo("theme=dark; " + browser.cookie());
  }

  @Test
  void aClientThatTheApplicationGivesNoCookieHasNoSession() {
    Browser visitor = new Browser(browser.context());
    for (int i = 0; i < 5; i++) {
      visitor.request(one, backends);
      assertThat(visitor.setCookie).isNull();
    }
    assertThat(table.kept()).isZero();
  }

  @Test
  void nodesThatSeeANameThatNobodyLearnedAgree() {
    browser.cookie("SID=from-before-the-cluster");
    BackendAddress home = browser.copy().request(one, backends);
    backends.drain(home);
    assertThat(browser.request(other, backends)).isEqualTo(home);
  }

  @Test
  void aNameOfAnyLengthIsOneSessionAndNotKeptAsItIs() {
    browser.cookie("SID=" + "x".repeat(6_000));
    BackendAddress home = browser.request(one, backends);
    backends.drain(home);
    assertThat(browser.request(other, backends)).isEqualTo(home);
    browser.cookie("SID=" + "x".repeat(5_999));
    assertThat(browser.request(other, backends)).isNotEqualTo(home);
  }

  @Test
  void aNewNameForAClientIsLearnedWhereItWasGiven() {
    browser.request(one, backends);
    BackendAddress home = answered(browser.cookie(), "SID=after-login; Path=/").backend();
    browser.cookie("SID=after-login");
    assertThat(browser.request(other, backends)).isEqualTo(home);
  }

  @Test
  void aNameThatTheApplicationGivesOnceMoreLivesWhereItGaveItLast() {
    answered(one, null, "SID=again; Path=/", backends.get(1));
    browser.cookie("SID=again");
    assertThat(browser.request(other, backends)).isEqualTo(backends.get(1));
    answered(one, null, "SID=again; Path=/", backends.get(2));
    assertThat(browser.request(one, backends)).isEqualTo(backends.get(2));
    assertThat(browser.request(other, backends)).isEqualTo(backends.get(2));
    assertThat(browser.request(node(mode(), table), backends)).isEqualTo(backends.get(2));
  }

  @Test
  void theFirstRequestOfASessionAtANodeIsOneCall() {
    browser.request(one, backends);
    TableBetween way = new TableBetween(table);
    StickySession cold = node(mode(), way);
    browser.request(cold, backends);
    assertThat(way.calls).hasValue(1);
    Browser stranger = browser();
    stranger.cookie("SID=from-before-the-cluster");
    stranger.request(cold, backends);
    assertThat(way.calls).hasValue(2);
    assertThat(telemetry.scrape(List.of()))
        .contains("atoll_session_lookups_total{result=\"cluster\",upstream=\"shop\"} 1.0")
        .contains("atoll_session_lookups_total{result=\"new\",upstream=\"shop\"} 1.0");
  }

  @Test
  void theSameNameOnceMoreChangesNothing() {
    browser.request(one, backends);
    Answered again = answered(browser.cookie(), browser.cookie() + "; Max-Age=3600");
    assertThat(again.unsettled()).isNull();
    assertThat(table.kept()).isEqualTo(1);
  }

  @Test
  void aCookieThatTheApplicationTakesBackEndsItsSession() {
    BackendAddress home = browser.request(one, backends);
    browser.request(other, backends);
    answered(browser.cookie(), "SID=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/");
    assertThat(table.count("shop", List.of(home)).toCompletableFuture().join())
        .isEqualTo(new SessionIndex.Counts(Map.of(home, 0L), 0));
    assertThat(telemetry.scrape(List.of()))
        .contains("atoll_session_ended_total{by=\"application\",upstream=\"shop\"} 1.0");
  }

  @Test
  void aCookieOfAnotherScopeThatTheApplicationTakesBackEndsNothing() {
    BackendAddress home = browser.request(one, backends);
    answered(browser.cookie(), "SID=; Max-Age=0; Path=/other");
    answered(browser.cookie(), "SID=; Max-Age=0; Path=/; Domain=example.com");
    answered(browser.cookie(), "SID=; Max-Age=0");
    assertThat(table.count("shop", List.of(home)).toCompletableFuture().join())
        .isEqualTo(new SessionIndex.Counts(Map.of(home, 1L), 0));
  }

  @Test
  void anEndIsCountedOnceTheTableKnowsIt() {
    TableBetween way = new TableBetween(table);
    StickySession node = node(mode(), way);
    answered(node, null, "SID=new; Path=/");
    way.answers = new CompletableFuture<>();
    answered(node, "SID=new", "SID=; Max-Age=0; Path=/");
    assertThat(ended()).isZero();
    way.answers.complete(null);
    assertThat(ended()).isOne();
  }

  private double ended() {
    return Pattern.compile("atoll_session_ended_total\\{by=\"application\",.*} (.+)")
        .matcher(telemetry.scrape(List.of()))
        .results()
        .mapToDouble(count -> Double.parseDouble(count.group(1)))
        .sum();
  }

  @Test
  void anEndedSessionBeginsAnewUnderItsNameAndNodesAgreeWhere() {
    BackendAddress home = browser.request(one, backends);
    browser.request(other, backends);
    pass(Duration.ofMinutes(5));
    long now = seconds.get();
    table.endAll("shop", home, new Use(now, now, TTL.toSeconds(), 0, 0));
    BackendAddress next = browser.copy().request(other, backends);
    assertThat(next).isNotEqualTo(home);
    assertThat(browser.request(one, backends)).isEqualTo(next);
    assertThat(browser.request(node(mode(), table), backends)).isEqualTo(next);
    assertThat(listed().binding().began()).isEqualTo(now);
  }

  @Test
  void aSessionThatIsTooOldBeginsAnewHoweverMuchItWasUsed() {
    Duration age = Duration.ofMinutes(30);
    StickySession aging = node(mode(), table, age);
    browser.request(aging, backends);
    long began = seconds.get();
    for (int minute = 0; minute < 29; minute++) {
      pass(Duration.ofMinutes(1));
      browser.request(aging, backends);
      assertThat(listed().binding().began()).isEqualTo(began);
    }
    pass(Duration.ofMinutes(1));
    browser.request(aging, backends);
    assertThat(listed().binding().began()).isEqualTo(seconds.get());
  }

  @Test
  void theResponseThatGivesANameWaitsUntilTheTableKnows() {
    Pending pending = new Pending(table);
    Answered first = answered(node(mode(), pending), null, "SID=new; Path=/");
    Future<Void> unsettled = first.unsettled();
    assertThat(unsettled).isNotNull().returns(false, Future::isComplete);
    pending.go.complete(null);
    done(unsettled);
    await().until(() -> learned("ok"));
  }

  @Test
  void theResponseWaitsForADeadTableNoLongerThanItsDeadline() {
    Answered first = answered(node(mode(), new Pending(table)), null, "SID=new; Path=/");
    done(first.unsettled());
    await().until(() -> learned("late"));
  }

  @Test
  void aNodeThatCouldNotTellTheTableGoesByItsOwnCopy() {
    StickySession cutOff = node(mode(), new Pending(table));
    BackendAddress home = answered(cutOff, null, "SID=new; Path=/").backend();
    browser.cookie("SID=new");
    assertThat(browser.request(cutOff, backends)).isEqualTo(home);
  }

  @Test
  void anAnswerWithoutThatCookieWaitsForNothing() {
    assertThat(answered(null, "other=1; Path=/").unsettled()).isNull();
  }

  private boolean learned(String result) {
    return telemetry
        .scrape(List.of())
        .contains("atoll_session_learned_total{result=\"" + result + "\",upstream=\"shop\"} 1.0");
  }

  private SessionIndex.Listed listed() {
    return table.list("shop", null, "", 10).toCompletableFuture().join().getFirst();
  }

  private static void done(@Nullable Future<Void> unsettled) {
    assertThat(Objects.requireNonNull(unsettled).toCompletionStage().toCompletableFuture())
        .succeedsWithin(Duration.ofSeconds(10));
  }

  /** What a request came to that was answered with a cookie. */
  private record Answered(BackendAddress backend, @Nullable Future<Void> unsettled) {}

  private Answered answered(@Nullable String cookie, String setCookie) {
    return answered(one, cookie, setCookie);
  }

  private Answered answered(StickySession node, @Nullable String cookie, String setCookie) {
    return answered(node, cookie, setCookie, null);
  }

  /** By the backend that was chosen where none is given. */
  private Answered answered(
      StickySession node, @Nullable String cookie, String setCookie, @Nullable BackendAddress by) {
    MultiMap fields = MultiMap.caseInsensitiveMultiMap();
    if (cookie != null) {
      fields.add("cookie", cookie);
    }
    CompletableFuture<Answered> answer = new CompletableFuture<>();
    browser
        .context()
        .runOnContext(
            v ->
                node.choose(
                    fields,
                    browser.context(),
                    backends,
                    (backend, session) -> {
                      BackendAddress from = Objects.requireNonNull(by == null ? backend : by);
                      session.answered(
                          MultiMap.caseInsensitiveMultiMap().add("set-cookie", setCookie), from);
                      answer.complete(new Answered(from, session.unsettled()));
                    }));
    return answer.orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** A table that answers when it is let. */
  private static final class Pending implements SessionTable {
    private final SessionTable table;
    final CompletableFuture<Void> go = new CompletableFuture<>();

    Pending(SessionTable table) {
      this.table = table;
    }

    @Override
    public CompletionStage<Optional<Binding>> find(SessionKey key, Use use) {
      return go.thenCompose(v -> table.find(key, use));
    }

    @Override
    public CompletionStage<Binding> bind(SessionKey key, BackendAddress to, Use use) {
      return go.thenCompose(v -> table.bind(key, to, use));
    }

    @Override
    public CompletionStage<Binding> move(
        SessionKey key, long expected, BackendAddress to, Use use) {
      return go.thenCompose(v -> table.move(key, expected, to, use));
    }

    @Override
    public CompletionStage<Boolean> end(SessionKey key, Use use) {
      return go.thenCompose(v -> table.end(key, use));
    }

    @Override
    public void onChanged(BiConsumer<SessionKey, Binding> listener) {
      table.onChanged(listener);
    }
  }
}
