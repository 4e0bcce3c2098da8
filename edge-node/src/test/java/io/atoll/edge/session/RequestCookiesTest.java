package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestCookiesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "sid=x|x",
        "a=1; sid=x|x",
        "a=1;sid=x;b=2|x",
        "a=1 ;  sid=x ; b=2|x",
        "sid=x=y|x=y",
        "xsid=1|-",
        "SID=1|-",
        "sid|-",
        "a=sid=1|-",
        "sid=first; sid=second|first",
        ";;; sid=x|x",
        "''|-"
      })
  void findsAValue(String field, String value) {
    assertThat(RequestCookies.find(fields(field), "sid")).isEqualTo(value);
  }

  @Test
  void findsAValueInALaterField() {
    MultiMap fields = fields("a=1").add("cookie", "sid=x");
    assertThat(RequestCookies.find(fields, "sid")).isEqualTo("x");
  }

  @Test
  void findsNothingWithoutCookies() {
    assertThat(RequestCookies.find(MultiMap.caseInsensitiveMultiMap(), "sid")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a=1; sid=x; b=2|a=1; b=2", "sid=x; sid=y; a=1|a=1", "a=1; b=2|a=1; b=2"})
  void removesOneAndLeavesTheOthers(String field, String left) {
    assertThat(RequestCookies.without(field, "sid")).isEqualTo(left);
  }

  @Test
  void nothingIsLeftWithoutTheLastCookie() {
    assertThat(RequestCookies.without("sid=x; sid=y", "sid")).isEmpty();
  }

  private static MultiMap fields(String cookie) {
    return MultiMap.caseInsensitiveMultiMap().add("cookie", cookie);
  }
}
