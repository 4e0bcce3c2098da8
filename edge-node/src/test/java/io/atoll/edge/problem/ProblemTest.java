package io.atoll.edge.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.negotiate.Accept;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemTest {
  private final Problem problem =
      new Problem(404, "Not <found>", "no \"route\" & more", "no_route", "id-'1'");

  private Shown shown(String accept) {
    return problem.shown(Accept.parse(List.of(accept)));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          */*                                                       | application/problem+json
          application/json                                          | application/problem+json
          application/problem+json;q=0.2, text/html;q=0.1           | application/problem+json
          application/json, text/plain, */*                         | application/problem+json
          text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | text/html; charset=utf-8
          text/*                                                    | text/html; charset=utf-8
          text/plain                                                | text/plain; charset=utf-8
          text/plain, text/html;q=0.9                               | text/plain; charset=utf-8
          image/webp                                                | application/problem+json
          """)
  void isToldAsTheClientLikesIt(String accept, String type) {
    assertThat(shown(accept).type()).isEqualTo(type);
  }

  @Test
  void isAProblemDocument() {
    assertThat(new JsonObject(shown("*/*").content()))
        .isEqualTo(
            new JsonObject()
                .put("type", "about:blank")
                .put("title", "Not <found>")
                .put("status", 404)
                .put("detail", "no \"route\" & more")
                .put("reason", "no_route")
                .put("requestId", "id-'1'"));
  }

  @Test
  void isAPageWithTheSameFactsEscaped() {
    assertThat(shown("text/html").content().toString())
        .startsWith("<!doctype html>\n")
        .contains("<title>404 Not &lt;found&gt;</title>")
        .contains("<p>no &quot;route&quot; &amp; more</p>")
        .contains("Reason: <code>no_route</code>")
        .contains("Request: <code>id-&#39;1&#39;</code>");
  }

  @Test
  void isPlainTextWithTheSameFacts() {
    assertThat(shown("text/plain").content())
        .hasToString("404 Not <found>\nno \"route\" & more\nReason: no_route\nRequest: id-'1'\n");
  }
}
