package io.atoll.edge.guard;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathFormTest {
  @ParameterizedTest
  @CsvSource({
    "/,                 /",
    "/a/b,              /a/b",
    "/a/,               /a/",
    "/a//b,             /a/b",
    "//,                /",
    "/a/./b,            /a/b",
    "/a/../admin,       /admin",
    "/a/..,             /",
    "/a/b/..,           /a/",
    "/a/.,              /a/",
    "/%61dmin,          /admin",
    "/%7Euser,          /~user",
    "/a%2fb,            /a%2Fb",
    "/a%2F..%2Fb,       ",
    "/a/..%2fadmin,     ",
    "/a/%2e%2E%5cadmin, ",
    "/a%5C.,            ",
    "/a/..;/admin,      ",
    "/a/.;x=1/admin,    ",
    "/a/%2e%2e;/admin,  ",
    "/a/..;x,           ",
    "/a%2F...%2Fb,      /a%2F...%2Fb",
    "/a..%2Fb,          /a..%2Fb",
    "/a/..b;x,          /a/..b;x",
    "/admin;x=1,        /admin;x=1",
    "/a%3bb,            /a%3Bb",
    "/%252e%252e/x,     /%252e%252e/x",
    "/%c3%a4,           /%C3%A4",
    "/a%5cb,            /a%5Cb",
    "/%2e%2e/x,         ",
    "/a/%2e%2e/x,       /x",
    "/a/%2E/x,          /a/x",
    "/..,               ",
    "/a/../../b,        ",
    "/a%,               ",
    "/a%g1,             ",
    "/a%00b,            ",
    "/a\\b,             ",
    "/a#b,              ",
    "a,                 ",
    "*,                 ",
    "/.well-known/acme, /.well-known/acme",
    "/a/...,            /a/...",
  })
  void hasOneNormalForm(String path, @Nullable String normal) {
    assertThat(PathForm.of(path)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ä", "/a b", "/a\tb", "/a\u0000b", "/a\u007fb"})
  void refusesWhatIsNoUriCharacter(String path) {
    assertThat(PathForm.of(path)).isNull();
  }

  @Property
  void isNormalAlreadyWhenNormalizedAgain(
      @ForAll @StringLength(max = 24) @CharRange(from = '-', to = '9') @Chars({'%', 'a', 'E', '~'})
          String tail) {
    String once = PathForm.of("/" + tail);
    if (once != null) {
      assertThat(PathForm.of(once)).isEqualTo(once);
    }
  }

  @Property
  void leavesNoDotSegmentAndNoEmptySegment(
      @ForAll @StringLength(max = 24) @Chars({'/', '.', 'a', '%', '2', 'e', 'E', 'f'})
          String tail) {
    String normal = PathForm.of("/" + tail);
    if (normal != null) {
      assertThat(normal).startsWith("/").doesNotContain("//");
      assertThat(normal.split("/", -1)).doesNotContain(".", "..");
    }
  }
}
