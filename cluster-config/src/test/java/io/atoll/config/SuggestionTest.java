package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> NAMES =
      List.of("listeners", "upstreams", "rateLimits", "routes", "tls", "bind");

  @ParameterizedTest
  @CsvSource({
    "listners,listeners",
    "Listeners,listeners",
    "upstream,upstreams",
    "ratelimit,rateLimits",
    "rotues,routes",
    "tsl,tls",
    "bnid,bind"
  })
  void theNearestNameIsMeant(String written, String meant) {
    assertThat(Suggestion.nearest(written, NAMES)).contains(meant);
  }

  @Test
  void whatIsFarIsNot() {
    assertThat(Suggestion.nearest("backends", NAMES)).isEmpty();
    assertThat(Suggestion.nearest("", NAMES)).isEmpty();
    assertThat(Suggestion.nearest("x".repeat(1000), NAMES)).isEmpty();
  }
}
