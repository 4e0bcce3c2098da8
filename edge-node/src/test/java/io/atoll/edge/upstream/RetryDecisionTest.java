package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.UpstreamConfig.Retry;
import io.atoll.edge.exchange.Outcome;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryDecisionTest {
  private final RetryDecision decision =
      new RetryDecision(
          new Retry(2, List.of(Retry.On.connectFailure, Retry.On.reset), Retry.Methods.idempotent));

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
    RetryDecision never = new RetryDecision(new Retry(3, List.of(), Retry.Methods.idempotent));
    assertThat(never.again(1, Outcome.CONNECT_FAILURE, HttpMethod.GET, false)).isFalse();
    assertThat(never.again(1, Outcome.RESET, HttpMethod.GET, false)).isFalse();
  }
}
