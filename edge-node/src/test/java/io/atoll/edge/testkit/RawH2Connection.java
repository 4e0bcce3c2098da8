package io.atoll.edge.testkit;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** An HTTP/2 connection over TLS whose client writes frames byte by byte, also what are none. */
public final class RawH2Connection implements AutoCloseable {
  /** Frame types (RFC 9113 section 6). */
  public static final int DATA = 0;

  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  public static final int END_HEADERS = 4;

  /** GET of the root of {@code https://localhost}, by HPACK's static table (RFC 7541). */
  public static final byte[] GET =
      HexFormat.of().parseHex("828784" + "4109" + "6c6f63616c686f7374");

  /** POST of the same. */
  public static final byte[] POST =
      HexFormat.of().parseHex("838784" + "4109" + "6c6f63616c686f7374");

  private static final int PATIENCE_MILLIS = 10_000;

  private final SSLSocket socket;
  private final DataInputStream in;

  /**
   * A frame.
   *
   * @param code of RST_STREAM and GOAWAY; else -1
   */
  public record Frame(int type, int flags, int stream, int code) {}

  /** Connects to a port of loopback and says nothing yet; certificates are not looked at. */
  public RawH2Connection(int port) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, null);
      socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(PATIENCE_MILLIS);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      in = new DataInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The preface (RFC 9113 section 3.4) with empty settings. */
  public RawH2Connection preface() {
    write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return frame(SETTINGS, 0, 0);
  }

  /** A frame, written at once. */
  public RawH2Connection frame(int type, int flags, int stream, byte... payload) {
    write(bytes(type, flags, stream, payload));
    return this;
  }

  /** The bytes of a frame. */
  public static byte[] bytes(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Four bytes of a number. */
  public static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** Any bytes. */
  public void write(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first frame of a type that comes, others passed over. */
  public Frame next(int type) {
    try {
      while (true) {
        int head = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(head >>> 8);
        if ((head & 0xff) == type) {
          ByteBuffer body = ByteBuffer.wrap(payload);
          int code =
              switch (type) {
                case RST_STREAM -> body.getInt(0);
                case GOAWAY -> body.getInt(4);
                default -> -1;
              };
          return new Frame(type, flags, stream, code);
        }
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the peer says nothing", e);
    } catch (IOException e) {
      throw new AssertionError("closed before a frame of type " + type, e);
    }
  }

  /**
   * The code of the GOAWAY that comes; -1 where the peer has reset the connection, which it does
   * where it closes with bytes unread: what it had said may be lost with them.
   */
  public int goAwayOrReset() {
    try {
      return next(GOAWAY).code();
    } catch (AssertionError e) {
      if (e.getCause() instanceof SocketException) {
        return -1;
      }
      throw e;
    }
  }

  /** Reads until the peer has closed. */
  public boolean isClosedByPeer() {
    try {
      while (in.read() >= 0) {
        // what it says before is not asked for
      }
      return true;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the peer does not close", e);
    } catch (EOFException e) {
      return true;
    } catch (IOException e) {
      return true; // a reset is an end too
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
