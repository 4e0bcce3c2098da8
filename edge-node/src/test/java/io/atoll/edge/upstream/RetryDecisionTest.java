package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.testkit.UpstreamText;
import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryDecisionTest {
  private final RetryDecision decision = decision("{on: [connectFailure, reset]}");

  private static RetryDecision decision(String retry) {
    return new RetryDecision(UpstreamText.upstream("u", "retry: " + retry).retry());
  }

  @Test
  void aFailedConnectionIsTriedElsewhereWhateverTheMethod() {
    assertThat(decision.again(1, Outcome.CONNECT_FAILURE, HttpMethod.POST, true)).isTrue();
  }

  @Test
  void aConnectionThatWentIsTriedElsewhereOnlyForIdempotentMethods() {
    assertThat(decision.again(1, Outcome.RESET, HttpMethod.GET, true)).isTrue();
    assertThat(decision.again(1, Outcome.RESET, HttpMethod.DELETE, true)).isTrue();
    assertThat(decision.again(1, Outcome.RESET, HttpMethod.POST, true)).isFalse();
    assertThat(decision.again(1, Outcome.RESET, HttpMethod.PATCH, true)).isFalse();
  }

  @Test
  void aRequestOfWhichSomethingIsGoneIsNeverSentTwice() {
    assertThat(decision.again(1, Outcome.RESET, HttpMethod.PUT, false)).isFalse();
    assertThat(decision.again(1, Outcome.CONNECT_FAILURE, HttpMethod.PUT, false)).isFalse();
    assertThat(decision("{on: [503]}").again(1, 503, HttpMethod.PUT, false)).isFalse();
  }

  @Test
  void thereAreNoMoreTriesThanConfigured() {
    assertThat(decision.again(2, Outcome.CONNECT_FAILURE, HttpMethod.GET, true)).isFalse();
    assertThat(decision("{on: [503]}").again(2, 503, HttpMethod.GET, true)).isFalse();
    RetryDecision hurried = decision("{tryTimeout: 1s}");
    assertThat(hurried.againAfterSilence(2, HttpMethod.GET, true)).isFalse();
  }

  @Test
  void aBackendThatIsBusyIsNotHelpedByAnotherTry() {
    assertThat(decision.again(1, Outcome.POOL_FULL, HttpMethod.GET, true)).isFalse();
  }

  @Test
  void aBackendThatTookTooLongIsLeftForAnotherWhereThatIsAskedFor() {
    RetryDecision late = decision("{on: [504]}");
    assertThat(decision.again(1, Outcome.TIMEOUT, HttpMethod.GET, true)).isFalse();
    assertThat(late.again(1, Outcome.TIMEOUT, HttpMethod.GET, true)).isTrue();
    assertThat(late.again(1, Outcome.TIMEOUT, HttpMethod.POST, true)).isFalse();
  }

  @Test
  void silenceIsHeardOnlyWhereItHasATime() {
    assertThat(decision.againAfterSilence(1, HttpMethod.GET, true)).isFalse();
    RetryDecision hurried = decision("{tryTimeout: 1s}");
    assertThat(hurried.againAfterSilence(1, HttpMethod.GET, true)).isTrue();
    assertThat(hurried.againAfterSilence(1, HttpMethod.POST, true)).isFalse();
    RetryDecision connecting = decision("{tryTimeout: 1s, on: [connectFailure]}");
    assertThat(connecting.againAfterSilence(1, HttpMethod.GET, true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void anAnswerIsAsGoodAsNoneWhereItsStatusIsListed(int status) {
    RetryDecision listed = decision("{on: [%d]}".formatted(status));
    assertThat(listed.again(1, status, HttpMethod.GET, true)).isTrue();
    assertThat(listed.again(1, status, HttpMethod.POST, true)).isFalse();
    assertThat(listed.again(1, 501, HttpMethod.GET, true)).isFalse();
    assertThat(decision.again(1, status, HttpMethod.GET, true)).isFalse();
  }

  @Test
  void nothingIsTriedAgainThatIsNotConfigured() {
    RetryDecision never = decision("{attempts: 3, on: []}");
    assertThat(never.again(1, Outcome.CONNECT_FAILURE, HttpMethod.GET, true)).isFalse();
    assertThat(never.again(1, Outcome.RESET, HttpMethod.GET, true)).isFalse();
    assertThat(never.again(1, Outcome.REFUSED, HttpMethod.GET, true)).isFalse();
  }

  @Test
  void bodiesAreKeptOnlyWhereTheyMayBeSentAgain() {
    assertThat(decision.keepsBody(HttpMethod.PUT)).isTrue();
    assertThat(decision.keepsBody(HttpMethod.POST)).isFalse();
    assertThat(decision("{on: [connectFailure]}").keepsBody(HttpMethod.PUT)).isFalse();
    assertThat(decision("{attempts: 1}").keepsBody(HttpMethod.PUT)).isFalse();
  }
}
