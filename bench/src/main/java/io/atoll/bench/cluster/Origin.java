package io.atoll.bench.cluster;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A backend that behaves as it is told: plain HTTP/1.1 on loopback, requests without a body, a
 * thread for each connection. It counts what it is asked. Thread-safe.
 */
final class Origin implements AutoCloseable {
  private static final String HEALTH = "GET /healthz ";
  private static final int BACKLOG = 1024;
  private static final Duration LETTING_GO = Duration.ofSeconds(2);

  private final String name;
  private final int port;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong probes = new AtomicLong();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private volatile Behaviour behaviour = Behaviour.WELL;
  private volatile long lastRequestNanos;
  private volatile @Nullable ServerSocket socket;

  /**
   * How it answers.
   *
   * @param delay before each answer
   * @param failing per cent of requests, checks excepted, that are answered by {@code status}
   * @param status of those
   * @param hangs it takes requests and checks, and never answers
   */
  record Behaviour(Duration delay, int failing, int status, boolean hangs) {
    /** 200 at once. */
    static final Behaviour WELL = new Behaviour(Duration.ZERO, 0, 200, false);

    /** No answer, ever. */
    static final Behaviour HUNG = new Behaviour(Duration.ZERO, 0, 200, true);

    /** Well, but late. */
    static Behaviour slow(Duration delay) {
      return new Behaviour(delay, 0, 200, false);
    }

    /** Well as far as checks can tell. */
    static Behaviour failing(int percent, int status) {
      return new Behaviour(Duration.ZERO, percent, status, false);
    }
  }

  /** Not listening yet. */
  Origin(String name, int port) {
    this.name = name;
    this.port = port;
  }

  String name() {
    return name;
  }

  /** {@code HOST:PORT}. */
  String authority() {
    return "127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  /** Answers so from now on; requests under way too, as far as they can. */
  void behave(Behaviour next) {
    behaviour = next;
  }

  /** Requests so far, checks excepted. */
  long requests() {
    return requests.get();
  }

  /** Checks so far. */
  long probes() {
    return probes.get();
  }

  /** When the last request came, checks excepted, by {@link System#nanoTime}. */
  long lastRequestNanos() {
    return lastRequestNanos;
  }

  /** Requests under way now, checks excepted. */
  int underWay() {
    return underWay.get();
  }

  /** The most requests under way at once since this was last asked. */
  int takeMost() {
    return most.getAndSet(underWay.get());
  }

  /** Listens, as a server that was just started. */
  Origin start() {
    try {
      ServerSocket opened = listen();
      socket = opened;
      Thread.ofVirtual().start(() -> accept(opened));
      return this;
    } catch (IOException e) {
      throw new IllegalStateException(name + " can't listen on " + port, e);
    }
  }

  /** One that was closed a moment ago may still listen until its thread has let go of it. */
  private ServerSocket listen() throws IOException {
    long end = System.nanoTime() + LETTING_GO.toNanos();
    while (true) {
      ServerSocket opened = new ServerSocket();
      opened.setReuseAddress(true);
      try {
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        return opened;
      } catch (BindException e) {
        opened.close();
        if (System.nanoTime() - end > 0) {
          throw e;
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
  }

  /** Ends as a process does that is killed: connections are reset, and new ones refused. */
  void kill() {
    ServerSocket open = socket;
    socket = null;
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    connections.forEach(Origin::reset);
  }

  private static void reset(Socket connection) {
    try (connection) {
      connection.setSoLinger(true, 0);
    } catch (IOException _) {
      // The other side has closed it in this moment.
    }
  }

  @Override
  public void close() {
    kill();
  }

  private void accept(ServerSocket from) {
    while (true) {
      try {
        Socket connection = from.accept();
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException _) {
        return; // killed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      String head = head(in);
      while (head != null) {
        answer(connection, head);
        head = head(in);
      }
    } catch (IOException _) {
      // The other side has gone, or this one was killed.
    } finally {
      connections.remove(connection);
    }
  }

  private void answer(Socket connection, String head) throws IOException {
    boolean check = head.startsWith(HEALTH);
    if (check) {
      probes.incrementAndGet();
    } else {
      lastRequestNanos = System.nanoTime();
      requests.incrementAndGet();
      int now = underWay.incrementAndGet();
      most.accumulateAndGet(now, Math::max);
    }
    byte[] response = response(check);
    if (!check) {
      underWay.decrementAndGet(); // before the node can know, who may send the next at once
    }
    connection.getOutputStream().write(response);
  }

  private byte[] response(boolean check) {
    Behaviour now = behaviour;
    if (now.delay().isPositive()) {
      LockSupport.parkNanos(now.delay().toNanos());
    }
    while (behaviour.hangs()) {
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    boolean fails = !check && ThreadLocalRandom.current().nextInt(100) < now.failing();
    String head =
        "HTTP/1.1 %d X\r\nContent-Length: 2\r\nX-Origin: %s\r\n\r\nok"
            .formatted(fails ? now.status() : 200, name);
    return head.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The head of the next request; null where no more come. */
  private static @Nullable String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder(512);
    while (true) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.append((char) next);
      int length = head.length();
      if (next == '\n' && length >= 4 && head.charAt(length - 3) == '\n') {
        return head.toString();
      }
    }
  }
}
