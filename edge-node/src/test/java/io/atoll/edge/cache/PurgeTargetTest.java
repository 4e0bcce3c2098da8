package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PurgeTargetTest {
  @ParameterizedTest
  @CsvSource({
    "https://Shop.Example/a?b=1, https://shop.example/a?b=1",
    "HTTPS://shop.example:8443/a, https://shop.example/a",
    "http://shop.example, http://shop.example/",
    "https://shop.example/a/../%62, https://shop.example/b"
  })
  void urlsHaveOneForm(String given, String value) {
    assertThat(PurgeTarget.url(given)).isEqualTo(new PurgeTarget(PurgeTarget.Kind.URL, value));
  }

  @ParameterizedTest
  @CsvSource({
    "https://Shop.Example/a/, shop.example/a",
    "shop.example/a, shop.example/a",
    "shop.example, shop.example",
    "shop.example:8443/, shop.example"
  })
  void prefixesHaveOneForm(String given, String value) {
    assertThat(PurgeTarget.prefix(given))
        .isEqualTo(new PurgeTarget(PurgeTarget.Kind.PREFIX, value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "ftp://h/a", "https:///a", "https://h/%zz", "https://h/../a"})
  void whatIsNoUrlIsRefused(String given) {
    assertThatIllegalArgumentException().isThrownBy(() -> PurgeTarget.url(given));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "h/a?b=1"})
  void whatIsNoPrefixIsRefused(String given) {
    assertThatIllegalArgumentException().isThrownBy(() -> PurgeTarget.prefix(given));
  }
}
