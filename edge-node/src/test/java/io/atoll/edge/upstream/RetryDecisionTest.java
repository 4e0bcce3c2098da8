package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.testkit.UpstreamText;
import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.api.Test;

class RetryDecisionTest {
  private final RetryDecision decision = decision("{on: [connectFailure, reset]}");

  private static RetryDecision decision(String retry) {
    return new RetryDecision(UpstreamText.upstream("u", "retry: " + retry).retry());
  }

  @Test
  void aFailedConnectionIsTriedElsewhereWhateverTheMethod() {
    assertThat(decision.again(1, Outcome.CONNECT_FAILURE, HttpMethod.POST, false)).isTrue();
  }

  @Test
  void aConnectionThatWentIsTriedElsewhereOnlyForIdempotentMethods() {
    assertThat(decision.again(1, Outcome.RESET, HttpMethod.GET, false)).isTrue();
    assertThat(decision.again(1, Outcome.RESET, HttpMethod.DELETE, false)).isTrue();
    assertThat(decision.again(1, Outcome.RESET, HttpMethod.POST, false)).isFalse();
    assertThat(decision.again(1, Outcome.RESET, HttpMethod.PATCH, false)).isFalse();
  }

  @Test
  void aBodyThatWasReadIsNeverSentTwice() {
    assertThat(decision.again(1, Outcome.RESET, HttpMethod.PUT, true)).isFalse();
  }

  @Test
  void thereAreNoMoreTriesThanConfigured() {
    assertThat(decision.again(2, Outcome.CONNECT_FAILURE, HttpMethod.GET, false)).isFalse();
  }

  @Test
  void aBackendThatTookTooLongOrIsBusyIsNotHelpedByAnotherTry() {
    assertThat(decision.again(1, Outcome.TIMEOUT, HttpMethod.GET, false)).isFalse();
    assertThat(decision.again(1, Outcome.POOL_FULL, HttpMethod.GET, false)).isFalse();
  }

  @Test
  void nothingIsTriedAgainThatIsNotConfigured() {
    RetryDecision never = decision("{attempts: 3, on: []}");
    assertThat(never.again(1, Outcome.CONNECT_FAILURE, HttpMethod.GET, false)).isFalse();
    assertThat(never.again(1, Outcome.RESET, HttpMethod.GET, false)).isFalse();
  }
}
