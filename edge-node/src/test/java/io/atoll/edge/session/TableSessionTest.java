package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TableSessionTest extends OwnCookieContract {
  @Override
  UpstreamConfig.StickySession.Mode mode() {
    return UpstreamConfig.StickySession.Mode.table;
  }

  @Test
  void aSessionInUseIsNotForgotten() {
    BackendAddress home = browser.request(one, backends);
    for (int i = 0; i < 100; i++) {
      pass(TTL.dividedBy(10));
      assertThat(browser.request(one, backends)).isEqualTo(home);
    }
    browser.cookie = browser.cookie == null ? null : withoutHint(browser.cookie);
    assertThat(browser.request(other, backends)).isEqualTo(home);
  }

  @Test
  void whileTheTableIsSilentTheHintDecides() {
    BackendAddress home = browser.request(one, backends);
    StickySession cutOff = node(mode(), new Silent());
    assertThat(browser.request(cutOff, backends)).isEqualTo(home);
    assertThat(telemetry.scrape(List.of()))
        .contains("atoll_session_lookups_total{result=\"late\",upstream=\"shop\"} 1.0");
  }

  @Test
  void whileTheTableIsSilentAndTheHintedBackendDeadNodesStillAgree() {
    BackendAddress home = browser.request(one, backends);
    backends.kill(home);
    Browser tab = browser.copy();
    BackendAddress next = browser.request(node(mode(), new Silent()), backends);
    assertThat(tab.request(node(mode(), new Silent()), backends)).isEqualTo(next);
    assertThat(tab.request(node(mode(), new Failing()), backends)).isEqualTo(next);
  }

  @Test
  void aRetryOfASessionThatTheTableWasTooLateForMovesItTooAndStays() {
    browser.request(one, backends);
    BackendAddress retry = browser.requestRetried(node(mode(), new LateOnce(table)), backends);
    assertThat(browser.request(node(mode(), table), backends)).isEqualTo(retry);
  }

  @Test
  void aSessionThatTheTableLostIsTakenUpWhereItWas() {
    BackendAddress home = browser.request(one, backends);
    StickySession later =
        node(mode(), new InProcessSessionTable(10, SessionTableContract.HASH, nanos::get));
    assertThat(browser.request(later, backends)).isEqualTo(home);
  }

  @Test
  void upstreamsMayShareOneCookie() {
    BackendAddress home = browser.request(one, backends);
    assertThat(browser.copy().request(other, TestBackends.of(2))).isNotNull();
    assertThat(browser.request(one, backends)).isEqualTo(home);
  }

  @Test
  void anEndedSessionIsFollowedByAnotherOfANewIdAtEveryNode() {
    BackendAddress home = browser.request(one, backends);
    browser.request(other, backends);
    Browser tab = browser.copy();
    Browser late = browser.copy();
    String before = browser.cookie();
    endAll(home);
    assertThat(browser.request(one, backends)).isNotEqualTo(home);
    assertThat(id(browser)).isNotEqualTo(before.substring(0, 26));
    assertThat(browser.request(other, backends)).isEqualTo(browser.request(one, backends));
    assertThat(tab.request(other, backends)).isNotEqualTo(home);
    assertThat(late.request(node(mode(), table), backends))
        .as("despite its hint")
        .isNotEqualTo(home);
    assertThat(id(late)).isNotEqualTo(before.substring(0, 26));
    assertThat(telemetry.scrape(List.of()))
        .contains("atoll_session_lookups_total{result=\"ended\",upstream=\"shop\"} 3.0");
  }

  @Test
  void theCookieOfAnEndedSessionNeverBringsItBack() {
    BackendAddress home = browser.request(one, backends);
    String ended = browser.cookie();
    endAll(home);
    for (int i = 0; i < 20; i++) {
      pass(TTL.dividedBy(10));
      Browser old = browser();
      old.cookie(ended);
      old.request(one, backends);
      assertThat(id(old)).isNotEqualTo(ended.substring(0, 26));
    }
  }

  @Test
  void aSessionThatWasIdleForItsTtlIsForgottenWhateverItsCookieHints() {
    browser.request(one, backends);
    String before = id(browser);
    pass(TTL);
    browser.request(one, backends);
    assertThat(id(browser)).isNotEqualTo(before);
    assertThat(telemetry.scrape(List.of()))
        .contains("atoll_session_cookies_refused_total{reason=\"expired\",upstream=\"shop\"} 1.0");
  }

  @Test
  void aSessionThatThisNodeKnowsIsFoundWithoutALookAtTheBackends() {
    browser.request(one, backends);
    int before = backends.walks();
    browser.request(one, backends);
    assertThat(backends.walks()).isEqualTo(before);
  }

  @Test
  void aSessionThatEndsWhileItLooksForABackendIsFollowedByAnother() {
    BackendAddress home = browser.request(one, backends);
    String before = id(browser);
    backends.kill(home);
    TableBetween way = new TableBetween(table);
    way.before = () -> way.before = () -> endAll(home); // found, and gone when it shall move
    browser.request(node(mode(), way), backends);
    assertThat(id(browser)).isNotEqualTo(before);
  }

  @Test
  void aRetryDoesNotBringBackASessionThatWasEnded() {
    BackendAddress home = browser.request(one, backends);
    endAll(home);
    browser.requestRetried(node(mode(), new LateOnce(table)), backends);
    assertThat(table.list("shop", null, "", 10).toCompletableFuture().join()).isEmpty();
  }

  @Test
  void aRetryMovesASessionThatHasComeBackMeanwhileUnheard() {
    TableBetween way = new TableBetween(table);
    way.deaf = true;
    StickySession deaf = node(mode(), way);
    BackendAddress home = browser.request(deaf, backends);
    SessionKey key = new SessionKey("shop", id(browser).substring(4));
    Use use = new Use(seconds.get(), seconds.get(), TTL.toSeconds(), 0, 0);
    table.move(key, 1, backends.get(4), use);
    table.move(key, 2, home, use);
    BackendAddress retry = browser.requestRetried(deaf, backends);
    assertThat(browser.request(node(mode(), table), backends)).isEqualTo(retry);
  }

  @Test
  void aCookieFromANodeThatHadNotHeardOfTheEndDoesNotBringTheSessionBack() {
    TableBetween way = new TableBetween(table);
    way.deaf = true;
    StickySession deaf = node(mode(), way);
    BackendAddress home = browser.request(deaf, backends);
    String before = id(browser);
    pass(TTL.dividedBy(2).minusSeconds(10));
    browser.request(deaf, backends);
    endAll(home);
    pass(Duration.ofSeconds(20));
    browser.request(deaf, backends);
    assertThat(browser.setCookie).as("renewed").isNotNull();
    pass(TTL.minusSeconds(5));
    browser.request(other, backends);
    assertThat(id(browser)).isNotEqualTo(before);
  }

  private void endAll(BackendAddress backend) {
    long now = seconds.get();
    table.endAll("shop", backend, new Use(now, now, TTL.toSeconds(), 0, 0));
  }

  private static String id(Browser of) {
    return of.cookie().substring(0, 26); // SID= and 22 digits
  }

  /** Hops between two nodes, deaths and revivals: a session leaves only what is dead. */
  @RepeatedTest(20)
  void aSessionNeverLeavesABackendThatIsUsable(RepetitionInfo run) {
    Random random = new Random(run.getCurrentRepetition());
    BackendAddress home = browser.request(one, backends);
    for (int step = 0; step < 200; step++) {
      BackendAddress touched = backends.get(random.nextInt(5));
      switch (random.nextInt(8)) {
        case 0 -> backends.kill(touched);
        case 1 -> backends.revive(touched);
        case 2 -> pass(Duration.ofSeconds(random.nextInt(60)));
        default -> {
          if (browser.finds(random.nextBoolean() ? one : other, backends)) {
            BackendAddress now = browser.request(random.nextBoolean() ? one : other, backends);
            if (backends.usable(home)) {
              assertThat(now).isEqualTo(home);
            }
            home = now;
          }
        }
      }
    }
  }

  private static String withoutHint(String cookie) {
    return cookie.substring(0, cookie.indexOf('.') + 1) + "A".repeat(19);
  }

  /** A table that never answers. */
  private static final class Silent implements SessionTable {
    @Override
    public CompletionStage<Optional<Binding>> find(SessionKey key, Use use) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Binding> bind(SessionKey key, BackendAddress to, Use use) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Binding> move(
        SessionKey key, long expected, BackendAddress to, Use use) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Boolean> end(SessionKey key, Use use) {
      return new CompletableFuture<>();
    }

    @Override
    public void onChanged(BiConsumer<SessionKey, Binding> listener) {
      // nothing ever moves
    }
  }

  /** A table whose first answer gets lost. */
  private static final class LateOnce implements SessionTable {
    private final SessionTable table;
    private boolean late = true;

    LateOnce(SessionTable table) {
      this.table = table;
    }

    @Override
    public CompletionStage<Optional<Binding>> find(SessionKey key, Use use) {
      return answer(table.find(key, use));
    }

    @Override
    public CompletionStage<Binding> bind(SessionKey key, BackendAddress to, Use use) {
      return answer(table.bind(key, to, use));
    }

    @Override
    public CompletionStage<Binding> move(
        SessionKey key, long expected, BackendAddress to, Use use) {
      return answer(table.move(key, expected, to, use));
    }

    private <T> CompletionStage<T> answer(CompletionStage<T> answer) {
      boolean lost = late;
      late = false;
      return lost ? new CompletableFuture<>() : answer;
    }

    @Override
    public CompletionStage<Boolean> end(SessionKey key, Use use) {
      return answer(table.end(key, use));
    }

    @Override
    public void onChanged(BiConsumer<SessionKey, Binding> listener) {
      table.onChanged(listener);
    }
  }

  /** A table that can't be asked. */
  private static final class Failing implements SessionTable {
    @Override
    public CompletionStage<Optional<Binding>> find(SessionKey key, Use use) {
      throw new IllegalStateException("stopping");
    }

    @Override
    public CompletionStage<Binding> bind(SessionKey key, BackendAddress to, Use use) {
      return CompletableFuture.failedStage(new IllegalStateException("stopping"));
    }

    @Override
    public CompletionStage<Binding> move(
        SessionKey key, long expected, BackendAddress to, Use use) {
      return CompletableFuture.failedStage(new IllegalStateException("stopping"));
    }

    @Override
    public CompletionStage<Boolean> end(SessionKey key, Use use) {
      return CompletableFuture.failedStage(new IllegalStateException("stopping"));
    }

    @Override
    public void onChanged(BiConsumer<SessionKey, Binding> listener) {
      // nothing ever moves
    }
  }
}
