package io.atoll.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TableCookieTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @Property
  void whatIsWrittenIsRead(
      @ForAll @LongRange(max = (1L << 42) - 1) long backend,
      @ForAll @LongRange(max = (1L << 36) - 1) long began,
      @ForAll @LongRange(max = (1L << 36) - 1) long issued) {
    TableCookie cookie = new TableCookie(TableCookie.newId(RANDOM), backend, began, issued);
    assertThat(TableCookie.parse(cookie.toString())).isEqualTo(cookie);
  }

  @Property
  void whatIsNotOfTheFormIsNotRead(@ForAll String value) {
    assertThat(TableCookie.parse(value)).isNull();
  }

  @Property
  void noCharacterMayBeOther(@ForAll @IntRange(max = 41) int at) {
    StringBuilder value = new StringBuilder(new TableCookie("A".repeat(22), 1, 1, 1).toString());
    value.setCharAt(at, '=');
    assertThat(TableCookie.parse(value.toString())).isNull();
  }

  @Test
  void idsDiffer() {
    assertThat(TableCookie.newId(RANDOM)).hasSize(22).isNotEqualTo(TableCookie.newId(RANDOM));
  }
}
