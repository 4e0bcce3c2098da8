package io.atoll.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import org.junit.jupiter.api.Test;

class ServerNameTest {
  private static final BackendAddress BACKEND = new BackendAddress("https", "one.internal.", 443);

  @Test
  void aBackendIsAskedForByTheNameOfAllOrItsOwn() {
    assertThat(new ServerName("shop.internal").of(BACKEND)).isEqualTo("shop.internal");
    assertThat(new ServerName(null).of(BACKEND)).isEqualTo("one.internal");
  }

  @Test
  void noNameHasAFinalDot() {
    assertThat(new ServerName("shop.internal.").of(BACKEND)).isEqualTo("shop.internal");
  }
}
