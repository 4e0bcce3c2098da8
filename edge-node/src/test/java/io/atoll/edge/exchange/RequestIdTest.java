package io.atoll.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class RequestIdTest {
  @Property(tries = 200)
  void isAUuidOfVersionSevenWithItsTime(@ForAll @LongRange(min = 0, max = 1L << 47) long millis) {
    String text = RequestId.next(millis);
    UUID uuid = UUID.fromString(text);
    assertThat(uuid).hasToString(text);
    assertThat(uuid.version()).isEqualTo(7);
    assertThat(uuid.variant()).isEqualTo(2);
    assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(millis);
  }

  @Test
  void passesOnOnlyShortVisibleIdentifiers() {
    assertThat(RequestId.acceptable("abc-123")).isTrue();
    assertThat(RequestId.acceptable("")).isFalse();
    assertThat(RequestId.acceptable("a b")).isFalse();
    assertThat(RequestId.acceptable("a\u00e4")).isFalse();
    assertThat(RequestId.acceptable("x".repeat(129))).isFalse();
  }
}
