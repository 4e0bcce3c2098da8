package io.atoll.edge.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.RouteConfig.Rewrite;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewriteFilterTest {
  @ParameterizedTest(name = "{2}: -{0} +{1} -> {3}")
  @CsvSource(
      textBlock =
          """
          /api,  ,      /api/x,   /x
          /api/, ,      /api/x,   /x
          /api,  ,      /api,     /
          /api,  ,      /api/,    /
          /api,  ,      /apix,    /apix
          /api,  /v2,   /api/x,   /v2/x
          /api,  /v2/,  /api,     /v2
          /api,  /v2/,  /b,       /v2/b
          ,      /v2,   /,        /v2/
          ,      /,     /a,       /a
          """)
  void prefixesGoAndComeByWholeSegments(
      @Nullable String strip, @Nullable String add, String path, String expected) {
    assertThat(new RewriteFilter(new Rewrite(strip, add, null, null)).rewritten(path))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{2}: {0} to {1} -> {3}")
  @CsvSource(
      textBlock =
          """
          ^/old/(.*),      /new/$1,   /old/a/b,    /new/a/b
          ^/old/(.*),      /new/$1,   /older,      /older
          /b,              /c,        /a/b/b,      /a/c/b
          ^/([^/]+)/(.*),  /$2/$1,    /a/b,        /b/a
          ^/(x)?y,         /$1z,      /y,          /z
          ^/a(.*),         /b/.$1,    /a./x,       /x
          ^/a(.*),         /..$1,     /a/x,
          ^/a.*,           x,         /a,
          ^/.*,            '',        /a,          /
          ^/%(.*),         /%$1,      /%2Fa,       /%2Fa
          ^/%2(.*),        /%$1,      /%2Fg,
          """)
  void anExpressionReplacesWhatItFinds(
      String regex, String to, String path, @Nullable String expected) {
    assertThat(new RewriteFilter(new Rewrite(null, null, regex, to)).rewritten(path))
        .isEqualTo(expected);
  }
}
