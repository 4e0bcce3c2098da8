package io.atoll.bench.cluster;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps a connection to each node and sends each request to the next one, or to the
 * one after where that breaks. GETs only; not thread-safe.
 */
final class Caller implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Integer> ports;
  private final Map<Integer, Wire> wires = new HashMap<>();
  private int next;

  /**
   * A client.
   *
   * @param ports of the nodes
   * @param first index of the node that it begins with
   */
  Caller(List<Integer> ports, int first) {
    this.ports = ports;
    this.next = first % ports.size();
  }

  /**
   * What came of a request.
   *
   * @param status 0 where no node gave a response
   * @param origin that answered; empty where none did
   * @param setCookie {@code NAME=VALUE}; null for none
   * @param broken nodes that gave no response before
   * @param nanos until the response was there, from the first try on
   */
  record Answer(int status, String origin, @Nullable String setCookie, int broken, long nanos) {
    boolean failed() {
      return status == 0 || status >= 500;
    }
  }

  private record Wire(Socket socket, InputStream in) {}

  /** Asks the next node; where it gives no response the one after it, and so on. */
  Answer get(String path, @Nullable String cookie) {
    long began = System.nanoTime();
    for (int broken = 0; broken < ports.size(); broken++) {
      int port = ports.get(next);
      next = (next + 1) % ports.size();
      boolean kept = wires.containsKey(port);
      try {
        return ask(port, path, cookie, broken, began);
      } catch (IOException _) {
        forget(port);
      }
      if (kept) {
        // The node may have closed a connection that was not in use: as browsers do, once more.
        try {
          return ask(port, path, cookie, broken, began);
        } catch (IOException _) {
          forget(port);
        }
      }
    }
    return new Answer(0, "", null, ports.size(), System.nanoTime() - began);
  }

  private Answer ask(int port, String path, @Nullable String cookie, int broken, long began)
      throws IOException {
    Wire wire = wires.get(port);
    if (wire == null) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) PATIENCE.toMillis());
      wire = new Wire(socket, new BufferedInputStream(socket.getInputStream()));
      wires.put(port, wire);
    }
    String head =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: show.example\r\n"
            + (cookie == null ? "" : "Cookie: " + cookie + "\r\n")
            + "\r\n";
    wire.socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
    return read(wire.in, broken, began);
  }

  private static Answer read(InputStream in, int broken, long began) throws IOException {
    int status = Integer.parseInt(line(in).substring(9, 12));
    String origin = "";
    String setCookie = null;
    int length = 0;
    for (String field = line(in); !field.isEmpty(); field = line(in)) {
      int colon = field.indexOf(':');
      String value = field.substring(colon + 1).strip();
      switch (field.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "x-origin" -> origin = value;
        case "set-cookie" -> setCookie = value.split(";", 2)[0];
        case "content-length" -> length = Integer.parseInt(value);
        default -> {}
      }
    }
    in.skipNBytes(length);
    return new Answer(status, origin, setCookie, broken, System.nanoTime() - began);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection ended");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private void forget(int port) {
    Wire wire = wires.remove(port);
    if (wire != null) {
      try {
        wire.socket.close();
      } catch (IOException _) {
        // It is broken already.
      }
    }
  }

  @Override
  public void close() {
    List.copyOf(wires.keySet()).forEach(this::forget);
  }
}
