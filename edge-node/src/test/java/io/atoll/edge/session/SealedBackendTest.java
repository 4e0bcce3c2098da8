package io.atoll.edge.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.BackendAddress;
import java.util.Arrays;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SealedBackendTest {
  private static final byte[] KEY = key(1);
  private static final BackendAddress V6 = new BackendAddress("http", "2001:db8::1", 9001);

  @Test
  void anotherNodeWithTheKeyOpensIt() {
    String value = new SealedBackend(KEY, "shop").seal(V6, 1_200, 1_234);
    assertThat(new SealedBackend(KEY, "shop").open(value))
        .isEqualTo(new SealedBackend.Opened(V6, 1_200, 1_234));
  }

  @Test
  void theAddressCannotBeReadAndNoTwoAreAlike() {
    SealedBackend seal = new SealedBackend(KEY, "shop");
    String value = seal.seal(V6, 1, 1);
    assertThat(new String(Base64.getUrlDecoder().decode(value), ISO_8859_1))
        .doesNotContain("2001:db8");
    assertThat(seal.seal(V6, 1, 1)).isNotEqualTo(value);
  }

  @Test
  void anotherKeyOrUpstreamDoesNotOpenIt() {
    String value = new SealedBackend(KEY, "shop").seal(V6, 1, 1);
    assertThat(new SealedBackend(key(2), "shop").open(value)).isNull();
    assertThat(new SealedBackend(KEY, "other").open(value)).isNull();
  }

  @Property
  void noBitMayChange(@ForAll @IntRange(max = 66 * 8 - 1) int bit) {
    SealedBackend seal = new SealedBackend(KEY, "shop");
    byte[] bytes = Base64.getUrlDecoder().decode(seal.seal(V6, 1, 1));
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
    assertThat(seal.open(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))).isNull();
  }

  @Property
  void nothingElseOpens(@ForAll String value) {
    assertThat(new SealedBackend(KEY, "shop").open(value)).isNull();
  }

  private static byte[] key(int of) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) of);
    return key;
  }
}
