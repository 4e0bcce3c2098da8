package io.atoll.edge.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A backend that does on each connection exactly what a test says, also what no server should. */
public final class RawBackend implements AutoCloseable {
  private final ServerSocket server;
  private final AtomicInteger accepted = new AtomicInteger();
  private final Queue<RawConnection> open = new ConcurrentLinkedQueue<>();

  /**
   * Listens on a port of its own; each connection is given to {@code script} on a thread of its
   * own.
   */
  public RawBackend(Consumer<RawConnection> script) {
    try {
      server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var _ = Thread.ofVirtual().start(() -> accept(script));
  }

  /** Answers every request with the same bytes. */
  public static RawBackend answering(String response) {
    return new RawBackend(
        connection -> {
          while (!connection.readHead().isEmpty()) {
            connection.send(response);
          }
        });
  }

  /** {@code HTTP/1.1 200} with a text and its length. */
  public static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  /** Its port. */
  public int port() {
    return server.getLocalPort();
  }

  /** Connections accepted so far. */
  public int accepted() {
    return accepted.get();
  }

  private void accept(Consumer<RawConnection> script) {
    while (!server.isClosed()) {
      try {
        RawConnection connection = new RawConnection(server.accept());
        accepted.incrementAndGet();
        open.add(connection);
        var _ =
            Thread.ofVirtual()
                .start(
                    () -> {
                      try (connection) {
                        script.accept(connection);
                      } catch (UncheckedIOException e) {
                        // The peer went; the script ends.
                      }
                    });
      } catch (IOException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(RawConnection::close);
  }
}
