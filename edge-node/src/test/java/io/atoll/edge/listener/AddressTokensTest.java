package io.atoll.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.ClusterSecret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AddressTokensTest {
  private static final InetSocketAddress CLIENT = client("192.0.2.1", 4433);
  private static final byte[] ID = {1, 2, 3, 4, 5, 6, 7, 8};

  private Instant now = Instant.parse("2026-11-25T00:00:00Z");
  private final AddressTokens tokens = node("a secret of thirty-two bytes, or more");

  private AddressTokens node(String secret) {
    return new AddressTokens(ClusterSecret.of(secret).derive("quic", 32), () -> now);
  }

  private static InetSocketAddress client(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private ByteBuf token() {
    ByteBuf token = Unpooled.buffer();
    assertThat(tokens.writeToken(token, Unpooled.wrappedBuffer(ID), CLIENT)).isTrue();
    assertThat(token.readableBytes()).isLessThanOrEqualTo(tokens.maxTokenLength());
    return token;
  }

  @Test
  void aTokenGivesTheConnectionIdBackThatTheClientHadChosen() {
    ByteBuf token = token();
    int offset = tokens.validateToken(token, CLIENT);
    assertThat(token.slice(offset, token.readableBytes() - offset))
        .isEqualTo(Unpooled.wrappedBuffer(ID));
  }

  @Test
  void aNodeWithTheSameSecretTakesIt() {
    AddressTokens other = node("a secret of thirty-two bytes, or more");
    assertThat(other.validateToken(token(), CLIENT)).isPositive();
  }

  @Test
  void aNodeWithAnotherSecretDoesNot() {
    AddressTokens other = node("another secret of thirty-two bytes, or more");
    assertThat(other.validateToken(token(), CLIENT)).isEqualTo(-1);
  }

  @Test
  void itIsForOneAddressAndPort() {
    assertThat(tokens.validateToken(token(), client("192.0.2.2", 4433))).isEqualTo(-1);
    assertThat(tokens.validateToken(token(), client("192.0.2.1", 4434))).isEqualTo(-1);
  }

  @Test
  void itIsForAShortTime() {
    ByteBuf token = token();
    now = now.plus(AddressTokens.VALIDITY);
    assertThat(tokens.validateToken(token, CLIENT)).isPositive();
    now = now.plusMillis(1);
    assertThat(tokens.validateToken(token, CLIENT)).isEqualTo(-1);
  }

  @Test
  void theClockOfTheNodeThatMadeItMayBeAhead() {
    now = now.plusSeconds(5);
    ByteBuf token = token();
    now = now.minusSeconds(5);
    assertThat(tokens.validateToken(token, CLIENT)).isPositive();
    now = now.minus(Duration.ofMinutes(1));
    assertThat(tokens.validateToken(token, CLIENT)).isEqualTo(-1);
  }

  @Test
  void whatWasChangedAnywhereIsNone() {
    ByteBuf token = token();
    for (int i = 0; i < token.readableBytes(); i++) {
      ByteBuf changed = token.copy();
      changed.setByte(i, changed.getByte(i) ^ 1);
      assertThat(tokens.validateToken(changed, CLIENT)).as("byte %d", i).isEqualTo(-1);
    }
  }

  @Test
  void whatIsTooShortOrTooLongIsNone() {
    assertThat(tokens.validateToken(Unpooled.EMPTY_BUFFER, CLIENT)).isEqualTo(-1);
    assertThat(tokens.validateToken(token().slice(0, 23), CLIENT)).isEqualTo(-1);
    assertThat(tokens.validateToken(token().writeZero(13), CLIENT)).isEqualTo(-1);
  }
}
