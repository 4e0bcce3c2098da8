package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorableTest {
  @ParameterizedTest(name = "[{index}] {0} {1} to {2}: {3}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          200 | Cache-Control: max-age=60                        | -                       | -
          404 | Cache-Control: max-age=60                        | -                       | -
          302 | Cache-Control: max-age=60                        | -                       | -
          200 | Expires: Mon, 23 Nov 2099 12:00:00 GMT           | -                       | -
          200 | -                                                | -                       | NOT_FRESH
          200 | ETag: "a"                                        | -                       | NOT_FRESH
          200 | Cache-Control: max-age=0                         | -                       | NOT_FRESH
          200 | Cache-Control: max-age=0; ETag: "a"              | -                       | -
          200 | Cache-Control: no-cache; ETag: "a"               | -                       | -
          200 | Cache-Control: no-cache, max-age=60              | -                       | NOT_FRESH
          200 | Cache-Control: max-age=9; Age: 10                | -                       | NOT_FRESH
          200 | Cache-Control: max-age=60, no-store              | -                       | NO_STORE
          200 | Cache-Control: max-age=60, no-store, must-understand | -                   | -
          200 | Cache-Control: max-age=60                        | Cache-Control: no-store | NO_STORE
          200 | Cache-Control: max-age=60, private               | -                       | PRIVATE
          200 | Cache-Control: max-age=60                        | Authorization: Basic eA | AUTHORIZATION
          200 | Cache-Control: max-age=60, public                | Authorization: Basic eA | -
          200 | Cache-Control: s-maxage=60                       | Authorization: Basic eA | -
          200 | Cache-Control: max-age=60, must-revalidate       | Authorization: Basic eA | -
          200 | Cache-Control: max-age=60, proxy-revalidate      | Authorization: Basic eA | AUTHORIZATION
          200 | Cache-Control: max-age=60; Vary: X-Forwarded-For | -                       | VARY_STAR
          200 | Cache-Control: max-age=60; Vary: a, Forwarded    | -                       | VARY_STAR
          200 | Cache-Control: max-age=60; Vary: Via             | -                       | VARY_STAR
          200 | Cache-Control: max-age=60; Vary: X-Request-ID    | -                       | VARY_STAR
          200 | Cache-Control: max-age=60; Vary: x-real-ip       | -                       | VARY_STAR
          200 | Cache-Control: max-age=60; Vary: X-Forwarded-Host | -                      | VARY_STAR
          200 | Cache-Control: max-age=60; Vary: X-Forwarded-Proto | -                     | -
          200 | Cache-Control: max-age=60, public; Set-Cookie: a=b | -                     | SET_COOKIE
          200 | Cache-Control: max-age=60; Vary: *               | -                       | VARY_STAR
          200 | Cache-Control: max-age=60; Vary: Accept, *       | -                       | VARY_STAR
          200 | Cache-Control: max-age=60; Content-Length: 101   | -                       | TOO_LARGE
          200 | Cache-Control: max-age=60; Content-Length: 100   | -                       | -
          206 | Cache-Control: max-age=60                        | -                       | STATUS
          304 | Cache-Control: max-age=60                        | -                       | STATUS
          500 | Cache-Control: max-age=60                        | -                       | STATUS
          503 | Cache-Control: max-age=60                        | -                       | STATUS
          """)
  void whetherAResponseIsStored(
      int status, @Nullable String response, @Nullable String request, @Nullable String reason) {
    assertThat(refuse(status, fields(response), fields(request), Duration.ZERO))
        .isEqualTo(reason == null ? null : BypassReason.valueOf(reason));
  }

  @ParameterizedTest
  @CsvSource({"200,", "404,", "301,", "302,STATUS", "500,STATUS"})
  void whatGetsTheRoutesDefault(int status, @Nullable BypassReason reason) {
    assertThat(refuse(status, fields(null), fields(null), Duration.ofSeconds(5))).isEqualTo(reason);
  }

  @Test
  void whatNoPurgeCouldNameIsNotStored() {
    String key = "k".repeat(PurgeTarget.LONGEST);
    MultiMap response = fields("Cache-Control: max-age=60; Surrogate-Key: red " + key);
    assertThat(refuse(200, response, fields(null), Duration.ZERO)).isNull();
    response.add("Surrogate-Key", key + "k");
    assertThat(refuse(200, response, fields(null), Duration.ZERO))
        .isEqualTo(BypassReason.LONG_NAME);
  }

  private static @Nullable BypassReason refuse(
      int status, MultiMap response, MultiMap request, Duration byDefault) {
    CacheControl control = CacheControl.parse(response.getAll("Cache-Control"));
    return Storable.refuse(
        request,
        CacheControl.parse(request.getAll("Cache-Control")),
        status,
        response,
        "surrogate-key",
        control,
        Freshness.of(control, response::getAll, 0, 0, byDefault),
        100);
  }

  static MultiMap fields(@Nullable String text) {
    MultiMap fields = HttpHeaders.headers();
    for (String field : text == null ? new String[0] : text.split("; (?=[A-Za-z-]+:)", -1)) {
      int colon = field.indexOf(':');
      fields.add(field.substring(0, colon).strip(), field.substring(colon + 1).strip());
    }
    return fields;
  }
}
