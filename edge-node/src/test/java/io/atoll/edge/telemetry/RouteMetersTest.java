package io.atoll.edge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.telemetry.RouteMeters.Protocol;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteMetersTest {
  private final Telemetry telemetry = new Telemetry();
  private final RouteMeters meters =
      new RouteMeters(telemetry, "shop", Map.of("rate_limited", 429, "reset", 502));

  @Test
  void everyFailureHasItsCounterBeforeTheFirst() {
    assertThat(telemetry.scrape(List.of()))
        .contains(
            line("ok", "h1", "2xx", 0),
            line("ok", "h2", "5xx", 0),
            line("rate_limited", "h1", "4xx", 0),
            line("rate_limited", "h2", "4xx", 0),
            line("reset", "h1", "5xx", 0),
            line("reset", "h3", "5xx", 0));
  }

  @Test
  void whatIsCountedIsFound() {
    meters.finished(200, Protocol.H2, "ok", 1_000);
    meters.finished(429, Protocol.H1, "rate_limited", 1_000);
    meters.finished(429, Protocol.H1, "rate_limited", 1_000);

    assertThat(telemetry.scrape(List.of()))
        .contains(line("ok", "h2", "2xx", 1), line("rate_limited", "h1", "4xx", 2));
  }

  /** A backend that goes in the middle of a body: 200 was sent by then. */
  @Test
  void aFailureAfterTheHeadIsCountedToo() {
    meters.finished(200, Protocol.H1, "reset", 1_000);
    meters.finished(200, Protocol.H1, "reset", 1_000);

    assertThat(telemetry.scrape(List.of())).contains(line("reset", "h1", "2xx", 2));
  }

  private static String line(String outcome, String protocol, String status, int value) {
    return "atoll_http_requests_total{outcome=\"%s\",protocol=\"%s\",route=\"shop\",status=\"%s\"} %d.0"
        .formatted(outcome, protocol, status, value);
  }
}
