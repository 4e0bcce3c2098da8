package io.atoll.edge.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a client of QUIC must bring back before it costs more than a packet: the proof that it is
 * reached at the address it sends from (RFC 9000 section 8.1.2). A token is the time, a code over
 * time, address and connection id, and the connection id that the client had chosen. Nodes with the
 * same key take each other's, so that a client whose packets reach another node goes on; Vert.x's
 * own tokens tell the time by a clock that every machine has for itself. Thread-safe.
 */
public final class AddressTokens implements QuicTokenHandler {
  /** A token comes back within a round trip; the clocks of nodes differ less than this. */
  static final Duration VALIDITY = Duration.ofSeconds(30);

  private static final String ALGORITHM = "HmacSHA256";
  private static final int CODE = 16;
  private static final int HEAD = Long.BYTES + CODE;

  private final SecretKeySpec key;
  private final InstantSource clock;

  /**
   * Tokens of a key that all nodes share.
   *
   * @param key 32 bytes
   */
  public AddressTokens(byte[] key, InstantSource clock) {
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.clock = clock;
  }

  @Override
  public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress address) {
    long now = clock.millis();
    byte[] id = ByteBufUtil.getBytes(connectionId);
    out.writeLong(now).writeBytes(code(now, address, id)).writeBytes(id);
    return true;
  }

  @Override
  public int validateToken(ByteBuf token, InetSocketAddress address) {
    int idLength = token.readableBytes() - HEAD;
    if (idLength < 0 || idLength > Quic.MAX_CONN_ID_LEN) {
      return -1;
    }
    int start = token.readerIndex();
    long made = token.getLong(start);
    byte[] code = ByteBufUtil.getBytes(token, start + Long.BYTES, CODE);
    byte[] id = ByteBufUtil.getBytes(token, start + HEAD, idLength);
    boolean valid = MessageDigest.isEqual(code, code(made, address, id));
    return valid && isNow(made) ? start + HEAD : -1;
  }

  private boolean isNow(long made) {
    return Math.abs(clock.millis() - made) <= VALIDITY.toMillis();
  }

  @Override
  public int maxTokenLength() {
    return HEAD + Quic.MAX_CONN_ID_LEN;
  }

  /** The port as well: to a retry the client answers from the same socket. */
  private byte[] code(long made, InetSocketAddress address, byte[] id) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(
          ByteBuffer.allocate(Long.BYTES + Short.BYTES)
              .putLong(made)
              .putShort((short) address.getPort())
              .flip());
      byte[] ip = address.getAddress().getAddress();
      mac.update((byte) ip.length);
      mac.update(ip);
      return Arrays.copyOf(mac.doFinal(id), CODE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
