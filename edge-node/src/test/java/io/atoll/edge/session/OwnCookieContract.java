package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the modes promise that give clients a cookie of their own. */
abstract class OwnCookieContract extends StickySessionContract {
  @Test
  void aNewClientGetsACookieWithItsAttributes() {
    browser.request(one, backends);
    assertThat(browser.setCookie)
        .startsWith("SID=")
        .endsWith("; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax");
  }

  @Test
  void theCookieIsSentOnce() {
    browser.request(one, backends);
    browser.request(one, backends);
    assertThat(browser.setCookie).isNull();
  }

  @Test
  void aCookieOfAnotherFormIsANewSessionAndCounted() {
    for (String forged : List.of("x", "a".repeat(9_000), "A".repeat(22) + ".", "=;")) {
      Browser stranger = browser();
      stranger.cookie = "SID=" + forged;
      stranger.request(one, backends);
      assertThat(stranger.setCookie).isNotNull();
    }
    assertThat(telemetry.scrape(List.of()))
        .contains("atoll_session_cookies_refused_total{reason=\"forged\",upstream=\"shop\"} 4.0");
  }

  @Test
  void theCookieIsRenewedInTheSecondHalfOfItsLife() {
    BackendAddress home = browser.request(one, backends);
    pass(TTL.multipliedBy(2).dividedBy(5));
    browser.request(one, backends);
    assertThat(browser.setCookie).isNull();
    pass(TTL.dividedBy(5));
    assertThat(browser.request(one, backends)).isEqualTo(home);
    assertThat(browser.setCookie).isNotNull();
  }

  @Test
  void theBackendDoesNotSeeTheCookie() {
    browser.request(one, backends);
    String cookies = "theme=dark; " + Objects.requireNonNull(browser.cookie);
    assertThat(one.stripped(cookies)).isEqualTo("theme=dark");
  }

  @Test
  void theCookieIsSentAgainWhenTheSessionMoves() {
    BackendAddress home = browser.request(one, backends);
    backends.kill(home);
    browser.request(other, backends);
    assertThat(browser.setCookie).isNotNull();
    browser.request(other, backends);
    assertThat(browser.setCookie).isNull();
  }

  @Test
  void aSessionThatIsTooOldIsFollowedByAnotherHoweverMuchItWasUsed() {
    Duration age = TTL.multipliedBy(3);
    StickySession aging = node(mode(), table, age);
    StickySession elsewhere = node(mode(), table, age);
    BackendAddress home = browser.request(aging, backends);
    String first = browser.cookie();
    Duration step = Duration.ofMinutes(10);
    for (Duration passed = step; passed.compareTo(age) < 0; passed = passed.plus(step)) {
      pass(step);
      assertThat(browser.request(aging, backends)).isEqualTo(home);
    }
    pass(step);
    assertThat(browser.copy().request(elsewhere, backends)).isNotEqualTo(home);
    assertThat(browser.request(aging, backends)).isNotEqualTo(home);
    assertThat(browser.setCookie).isNotNull();
    assertThat(browser.cookie().substring(0, 20)).isNotEqualTo(first.substring(0, 20));
  }

  @Test
  void theCookieLivesNoLongerThanItsSession() {
    Duration age = TTL.plusMinutes(20);
    StickySession aging = node(mode(), table, age);
    browser.request(aging, backends);
    assertThat(browser.setCookie).contains("; Max-Age=3600; ");
    pass(Duration.ofMinutes(40));
    browser.request(aging, backends);
    assertThat(browser.setCookie).contains("; Max-Age=2400; ");
    pass(Duration.ofSeconds(1900));
    browser.request(aging, backends);
    assertThat(browser.setCookie).as("nothing to renew").isNull();
  }
}
