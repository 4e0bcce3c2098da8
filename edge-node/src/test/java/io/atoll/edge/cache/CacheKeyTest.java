package io.atoll.edge.cache;

import static io.atoll.edge.cache.StorableTest.fields;
import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheKeyTest {
  @ParameterizedTest
  @CsvSource({
    "all, b=2&a=1, https://h/p?b=2&a=1",
    "all, , https://h/p",
    "none, b=2&a=1, https://h/p",
    "names, b=2&a=1&c=3, https://h/p?a=1&b=2",
    "names, c=3, https://h/p",
    "names, a&ab=1, https://h/p?a"
  })
  void whichParametersCount(String selection, @Nullable String query, String expected) {
    RouteConfig.Selection chosen =
        switch (selection) {
          case "all" -> new RouteConfig.All();
          case "none" -> new RouteConfig.None();
          default -> new RouteConfig.Names(List.of("a", "b"));
        };
    CacheKey key = new CacheKey(new RouteConfig.CacheKey(chosen, List.of(), List.of()));
    assertThat(key.of(true, "h", "/p", query, fields(null))).isEqualTo(expected);
  }

  @Test
  void fieldsAndCookiesTellObjectsApartButNotTheUrlThatAPurgeNames() {
    CacheKey key =
        new CacheKey(
            new RouteConfig.CacheKey(new RouteConfig.All(), List.of("X-Plan"), List.of("lang")));
    String one = key.of(false, "h", "/p", null, fields("X-Plan: a; Cookie: x=1"));
    String other = key.of(false, "h", "/p", null, fields("x-plan: b; Cookie: x=1"));
    String cookie =
        new CacheKey(
                new RouteConfig.CacheKey(new RouteConfig.All(), List.of("X-Plan"), List.of("lang")))
            .of(false, "h", "/p", null, fields("X-Plan: a; Cookie: lang=de"));
    assertThat(List.of(one, other, cookie)).doesNotHaveDuplicates();
    assertThat(List.of(one, other, cookie)).allMatch(k -> CacheKey.url(k).equals("http://h/p"));
  }
}
