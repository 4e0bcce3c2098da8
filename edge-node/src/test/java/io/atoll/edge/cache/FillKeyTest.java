package io.atoll.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FillKeyTest {
  @Test
  void aShortKeyIsItself() {
    assertThat(FillKey.of("https://shop.example/a")).isEqualTo("https://shop.example/a");
  }

  @Test
  void aLongKeyIsShortAndStillItsOwn() {
    String one = FillKey.of("x".repeat(8000) + "1");
    assertThat(one).hasSizeLessThan(60).isEqualTo(FillKey.of("x".repeat(8000) + "1"));
    assertThat(one).isNotEqualTo(FillKey.of("x".repeat(8000) + "2"));
  }
}
