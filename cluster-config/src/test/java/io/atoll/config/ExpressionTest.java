package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atoll.config.Expression.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {
  /** A request as an expression sees it. */
  private record Request(
      String method,
      String scheme,
      String host,
      String path,
      String query,
      Map<String, String> headers,
      String clientAddress)
      implements Expression.Facts {}

  private static final Request REQUEST =
      new Request(
          "GET",
          "https",
          "shop.example",
          "/a/b.json",
          "page=2",
          Map.of("x-beta", "1"),
          "192.0.2.7");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          request.path.endsWith('.json') && client.ip != '192.0.2.8' | HOLDS
          request.path.endsWith('.json') && client.ip != '192.0.2.7' | FAILS
          request.method in ['GET', 'HEAD'] && request.scheme == 'https' | HOLDS
          request.host.matches('^shop[.]') && request.query.contains('page=') | HOLDS
          request.headers['x-beta'] == '1' | HOLDS
          'x-beta' in request.headers ? request.headers['x-beta'] == '2' : true | FAILS
          has(request.headers.host) | FAILS
          request.headers['x-none'] == '1' | ERROR
          request.path.matches('(') | ERROR
          int(request.query) > 3 | ERROR
          1 / (request.path.size() - 9) > 0 | ERROR
          false && request.headers['x-none'] == '1' | FAILS
          """)
  void saysWhatItSays(String text, Answer answer) {
    assertThat(Expression.parse(text).of(REQUEST)).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          request.path | column 8, expected type 'bool' but found 'string'
          1 + 1 | column 3, expected type 'bool' but found 'int'
          true && request.pth == 'a' | column 9, undeclared reference to 'request'
          request.path == 5 | column 14, found no matching overload
          request.path == | column 16, mismatched input
          ['a'].exists(x, x == 'a') | column 13, undeclared reference to 'exists'
          """)
  void whatIsNoneIsRefusedWithItsPlace(String text, String reason) {
    assertThatThrownBy(() -> Expression.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a CEL expression that is true or false: at its line 1, " + reason);
  }

  @Test
  void oneThatIsTooLongOrTooDeepIsRefused() {
    assertThatThrownBy(() -> Expression.parse("true || ".repeat(1000) + "true"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Expression.parse("(".repeat(200) + "true" + ")".repeat(200)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
