package io.atoll.edge.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A connection on which a test says exactly the bytes it means. Blocks; reads give up after fifteen
 * seconds, which is more than a client's slowness is judged by.
 */
public final class RawConnection implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 15_000;

  private final Socket socket;

  /** Connects to a port of loopback. */
  public RawConnection(int port) {
    this(connect(port));
  }

  /** A connection that was accepted. */
  public RawConnection(Socket socket) {
    this.socket = socket;
  }

  /**
   * Shakes hands as a TLS server on this connection; what is said on the result is encrypted. A
   * client may show a certificate.
   */
  public RawConnection serveTls(SSLContext tls, Consumer<SSLSocket> shaken) {
    try {
      SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, true);
      secured.setUseClientMode(false);
      secured.setWantClientAuth(true);
      secured.startHandshake();
      shaken.accept(secured);
      return new RawConnection(secured);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Socket connect(int port) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(PATIENCE_MILLIS);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends text as ISO 8859-1; {@code \n} is sent as it is. */
  public RawConnection send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What comes, for a reader of the test's own. */
  public InputStream input() {
    try {
      return socket.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends what it says (FIN), and can still read. */
  public void endOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a head, up to and with the empty line; what came before the end where there is none. */
  public String readHead() {
    StringBuilder head = new StringBuilder();
    int next = read();
    while (next >= 0) {
      head.append((char) next);
      if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
        break;
      }
      next = read();
    }
    return head.toString();
  }

  /** Reads so many bytes, fewer at the end of the stream. */
  public String read(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int next = read();
      if (next < 0) {
        break;
      }
      text.append((char) next);
    }
    return text.toString();
  }

  /** Reads so many bytes to nowhere, fewer at the end of the stream. */
  public void skip(int count) {
    try {
      socket.getInputStream().skipNBytes(count);
    } catch (EOFException e) {
      // There is no more.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a head and the body that its {@code Content-Length} announces. */
  public String readResponse() {
    String head = readHead();
    for (String line : head.split("\r\n", -1)) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        return head + read(Integer.parseInt(line.substring(15).trim()));
      }
    }
    return head;
  }

  /** Reads until the peer closes. */
  public String readAll() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      InputStream in = socket.getInputStream();
      in.transferTo(all);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the peer did not close; it said: " + all, e);
    } catch (IOException e) {
      // A reset is an end too.
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Whether the peer has closed; waits for it to do or say something. */
  public boolean isClosedByPeer() {
    return read() < 0;
  }

  /** Closes by a reset (RST), not in order. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int read() {
    try {
      return socket.getInputStream().read();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the peer says nothing", e);
    } catch (IOException e) {
      return -1;
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
}
