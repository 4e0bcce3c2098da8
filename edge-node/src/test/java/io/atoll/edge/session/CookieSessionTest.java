package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.UpstreamConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CookieSessionTest extends OwnCookieContract {
  @Override
  UpstreamConfig.StickySession.Mode mode() {
    return UpstreamConfig.StickySession.Mode.cookie;
  }

  @Test
  void anExpiredCookieIsANewSession() {
    browser.request(one, backends);
    pass(TTL.plus(Duration.ofSeconds(1)));
    browser.request(other, backends);
    assertThat(browser.setCookie).isNotNull();
    assertThat(telemetry.scrape(List.of()))
        .contains("atoll_session_cookies_refused_total{reason=\"expired\",upstream=\"shop\"} 1.0");
  }
}
