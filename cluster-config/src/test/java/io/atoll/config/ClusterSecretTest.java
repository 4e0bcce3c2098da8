package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ClusterSecretTest {
  private static final String TEXT = "thirty-two bytes at the very least";

  @Test
  void everyNodeDerivesTheSameKey() {
    assertThat(ClusterSecret.of(TEXT).derive("cookie v1", 32))
        .hasSize(32)
        .isEqualTo(ClusterSecret.of(TEXT).derive("cookie v1", 32));
  }

  @Test
  void purposesHaveKeysThatDiffer() {
    ClusterSecret secret = ClusterSecret.of(TEXT);
    assertThat(secret.derive("cookie v1", 32)).isNotEqualTo(secret.derive("control v1", 32));
    assertThat(secret.derive("cookie v1", 32))
        .isNotEqualTo(ClusterSecret.of(TEXT + "!").derive("cookie v1", 32));
  }

  @Test
  void base64IsItsBytesInEitherAlphabet() {
    byte[] bytes = (TEXT + "??>>").getBytes(StandardCharsets.US_ASCII);
    byte[] key = ClusterSecret.of(new String(bytes, StandardCharsets.US_ASCII)).derive("x", 16);
    assertThat(ClusterSecret.of(Base64.getEncoder().encodeToString(bytes)).derive("x", 16))
        .isEqualTo(key);
    assertThat(ClusterSecret.of(Base64.getUrlEncoder().encodeToString(bytes)).derive("x", 16))
        .isEqualTo(key);
  }

  @Test
  void shortSecretsAreRefused() {
    assertThatThrownBy(() -> ClusterSecret.of("x".repeat(31)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("31");
    assertThat(ClusterSecret.of("x".repeat(32)).derive("x", 1)).hasSize(1);
  }

  @Test
  void aLonelyNodeHasOneOfItsOwn() {
    assertThat(ClusterSecret.random().derive("x", 32))
        .isNotEqualTo(ClusterSecret.random().derive("x", 32));
  }

  @Test
  void itIsNeverPrinted() {
    assertThat(ClusterSecret.of(TEXT)).hasToString("ClusterSecret[***]");
  }
}
