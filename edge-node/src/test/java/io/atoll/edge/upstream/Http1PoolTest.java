package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pool over real sockets, with backends that do what backends do, and what they should not. */
class Http1PoolTest {
  private static final String HALF = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf";

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

  @AfterEach
  void close() throws Exception {
    gates.values().forEach(CountDownLatch::countDown);
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  private RawBackend backend(Consumer<RawConnection> script) {
    RawBackend backend = new RawBackend(script);
    opened.add(backend);
    return backend;
  }

  private PoolOnLoop pool(RawBackend backend) {
    return pool(backend, "{}");
  }

  private PoolOnLoop pool(RawBackend backend, String limits) {
    PoolOnLoop pool = new PoolOnLoop(backend.port(), limits);
    opened.add(pool);
    return pool;
  }

  /** Answers with the number of the connection; to a path with a gate once that is open. */
  private RawBackend numbering() {
    AtomicInteger connections = new AtomicInteger();
    return backend(
        connection -> {
          int number = connections.incrementAndGet();
          String head = connection.readHead();
          while (!head.isEmpty()) {
            pass(head.substring(head.indexOf('/'), head.indexOf(" HTTP")));
            connection.send(RawBackend.ok("#" + number));
            head = connection.readHead();
          }
        });
  }

  private void gate(String path) {
    gates.put(path, new CountDownLatch(1));
  }

  private void release(String path) {
    CountDownLatch gate = gates.get(path);
    if (gate != null) {
      gate.countDown();
    }
  }

  private void pass(String path) {
    CountDownLatch gate = gates.get(path);
    if (gate != null) {
      pass(gate);
    }
  }

  private static void pass(CountDownLatch gate) {
    try {
      if (!gate.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody opened the gate");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers the first request of each connection with these bytes, and does then as it says. */
  private RawBackend saying(String response, Consumer<RawConnection> then) {
    return backend(
        connection -> {
          connection.readHead();
          connection.send(response);
          then.accept(connection);
        });
  }

  @Test
  void aConnectionIsUsedAgain() {
    RawBackend backend = numbering();
    PoolOnLoop pool = pool(backend);
    for (int i = 0; i < 20; i++) {
      assertThat(pool.get("/").outcome()).isEqualTo("200 #1 END");
    }
    assertThat(backend.accepted()).isEqualTo(1);
  }

  @Test
  void theConnectionUsedLastIsUsedNext() {
    gate("/a");
    gate("/b");
    PoolOnLoop pool = pool(numbering());
    Asked a = pool.get("/a");
    await().until(a::isConnected);
    Asked b = pool.get("/b");
    await().until(b::isConnected);
    release("/a");
    String first = a.outcome();
    release("/b");
    String second = b.outcome();
    assertThat(first).isNotEqualTo(second);
    assertThat(pool.get("/").outcome()).isEqualTo(second);
    assertThat(pool.get("/").outcome()).isEqualTo(second);
  }

  @Test
  void aConnectionWhoseRequestLeftMeanwhileIsForTheNext() {
    RawBackend backend = numbering();
    PoolOnLoop pool = pool(backend);
    Asked left = pool.askAndLeave(new Asked("/left"));
    await().until(() -> backend.accepted() == 1);
    assertThat(pool.get("/").outcome()).startsWith("200 #").endsWith(" END");
    assertThat(left.isConnected() || left.isOver()).isFalse();
  }

  @Test
  void aBackendThatIsNotThereRefusesAllThatWait() {
    try (PoolOnLoop pool = new PoolOnLoop(new FreePorts(1).next(), "{}")) {
      List<Asked> all = List.of(pool.get("/"), pool.get("/"), pool.get("/"));
      all.forEach(asked -> assertThat(asked.outcome()).isEqualTo("REFUSED connect_failure"));
    }
  }

  @Test
  void aNameIsResolved() {
    RawBackend backend = numbering();
    try (PoolOnLoop pool = new PoolOnLoop("localhost", backend.port(), "{}")) {
      assertThat(pool.get("/").outcome()).isEqualTo("200 #1 END");
    }
  }

  @Test
  void anUnusedConnectionIsClosed() throws Exception {
    BlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
    RawBackend backend =
        saying(RawBackend.ok("hi"), connection -> closed.add(connection.isClosedByPeer()));
    PoolOnLoop pool = pool(backend, "{idle: 50ms}");
    assertThat(pool.get("/").outcome()).isEqualTo("200 hi END");
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pool.get("/").outcome()).isEqualTo("200 hi END");
  }

  @Test
  void aConnectionThatTheBackendClosedUnusedCostsNoRequest() {
    RawBackend backend = saying(RawBackend.ok("hi"), _ -> {});
    PoolOnLoop pool = pool(backend);
    for (int i = 0; i < 100; i++) {
      assertThat(pool.get("/").outcome()).isEqualTo("200 hi END");
    }
    assertThat(backend.accepted()).isGreaterThanOrEqualTo(100);
  }

  /** Answers once on its first connection and closes when asked again; serves the next. */
  private RawBackend losingTheSecond() {
    AtomicInteger connections = new AtomicInteger();
    return backend(
        connection -> {
          boolean first = connections.incrementAndGet() == 1;
          while (!connection.readHead().isEmpty()) {
            connection.send(RawBackend.ok("hi"));
            if (first) {
              connection.readHead();
              return;
            }
          }
        });
  }

  @Test
  void aRequestThatAStaleConnectionLostIsSentAgainIfItMay() {
    PoolOnLoop pool = pool(losingTheSecond());
    assertThat(pool.get("/").outcome()).isEqualTo("200 hi END");
    assertThat(pool.get("/").outcome()).isEqualTo("200 hi END");
    PoolOnLoop other = pool(losingTheSecond());
    assertThat(other.get("/").outcome()).isEqualTo("200 hi END");
    assertThat(other.ask(new Post("hi", 2)).outcome()).isEqualTo("BROKEN reset");
  }

  @Test
  void aRequestIsNotSentAgainOnceTheBackendHasSpokenOrTheConnectionWasNew() {
    AtomicInteger heads = new AtomicInteger();
    PoolOnLoop pool =
        pool(
            backend(
                connection -> {
                  connection.readHead();
                  if (heads.incrementAndGet() == 1) {
                    connection.send(RawBackend.ok("hi"));
                    connection.readHead();
                    heads.incrementAndGet();
                    connection.send("HTTP/1.1 2");
                  }
                }));
    assertThat(pool.get("/").outcome()).isEqualTo("200 hi END");
    assertThat(pool.get("/").outcome()).isEqualTo("BROKEN reset");
    assertThat(pool.get("/").outcome()).isEqualTo("BROKEN reset");
    assertThat(heads).hasValue(3);
  }

  @Test
  void whatNobodyAskedForEndsAConnection() throws Exception {
    BlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
    CountDownLatch speak = new CountDownLatch(1);
    AtomicInteger connections = new AtomicInteger();
    RawBackend backend =
        backend(
            connection -> {
              connection.readHead();
              boolean first = connections.incrementAndGet() == 1;
              connection.send(RawBackend.ok("mine") + (first ? RawBackend.ok("stray") : ""));
              if (!first) {
                pass(speak);
                connection.send(RawBackend.ok("stray"));
              }
              closed.add(connection.isClosedByPeer());
            });
    PoolOnLoop pool = pool(backend);
    assertThat(pool.get("/").outcome()).isEqualTo("200 mine END");
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pool.get("/").outcome()).isEqualTo("200 mine END");
    speak.countDown();
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pool.get("/").outcome()).isEqualTo("200 mine END");
    assertThat(connections).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        HALF,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n"
      })
  void aResponseThatEndsEarlyIsBroken(String response) {
    PoolOnLoop inOrder = pool(saying(response, _ -> {}));
    assertThat(inOrder.get("/").outcome()).isEqualTo("200 half BROKEN reset");
    CountDownLatch seen = new CountDownLatch(1);
    PoolOnLoop reset =
        pool(
            saying(
                response,
                connection -> {
                  pass(seen);
                  connection.reset();
                }));
    assertBrokenByReset(reset, seen);
  }

  private static void assertBrokenByReset(PoolOnLoop pool, CountDownLatch seen) {
    Asked asked = pool.get("/");
    await().until(() -> asked.received() == 4);
    seen.countDown();
    assertThat(asked.outcome()).isEqualTo("200 half BROKEN reset");
  }

  @Test
  void theConnectionsEndIsTheResponsesOnlyInOrder() {
    String response = "HTTP/1.1 200 OK\r\n\r\nhalf";
    PoolOnLoop inOrder = pool(saying(response, _ -> {}));
    assertThat(inOrder.get("/").outcome()).isEqualTo("200 half END");
    assertThat(inOrder.get("/").outcome()).isEqualTo("200 half END");
    CountDownLatch seen = new CountDownLatch(1);
    PoolOnLoop reset =
        pool(
            saying(
                response,
                connection -> {
                  pass(seen);
                  connection.reset();
                }));
    assertBrokenByReset(reset, seen);
  }

  @Test
  void interimResponsesAreSkippedAndOtherProtocolsRefused() {
    PoolOnLoop hints =
        pool(
            saying(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + RawBackend.ok("hi"),
                RawConnection::readAll));
    assertThat(hints.get("/").outcome()).isEqualTo("200 hi END");
    PoolOnLoop switching =
        pool(
            saying(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", RawConnection::readAll));
    assertThat(switching.get("/").outcome()).isEqualTo("BROKEN bad_response");
  }

  @Test
  void whatIsNotAResponseIsRefusedAndItsConnectionClosed() {
    for (String bad :
        List.of(
            "SSH-2.0-x\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: 1\r\n 2\r\n\r\n")) {
      CountDownLatch closed = new CountDownLatch(1);
      PoolOnLoop pool =
          pool(
              saying(
                  bad,
                  connection -> {
                    connection.readAll();
                    closed.countDown();
                  }));
      assertThat(pool.get("/").outcome()).isEqualTo("BROKEN bad_response");
      pass(closed);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"
      })
  void aBackendMayWantTheConnectionClosed(String response) {
    RawBackend backend = saying(response, RawConnection::readAll);
    PoolOnLoop pool = pool(backend);
    assertThat(pool.get("/").outcome()).isEqualTo("200 hi END");
    assertThat(pool.get("/").outcome()).isEqualTo("200 hi END");
    assertThat(backend.accepted()).isEqualTo(2);
  }

  /** Where a request is given up. */
  enum At {
    CONNECTED,
    HEAD,
    PART,
    END
  }

  /** Gives up in a callback. */
  private static final class Cancelling extends Asked {
    private final At at;
    private final CountDownLatch done = new CountDownLatch(1);

    Cancelling(At at) {
      super("/");
      this.at = at;
    }

    private void cancel() {
      stream().cancel();
      stream().cancel();
      stream().pause();
      stream().resume();
      done.countDown();
    }

    @Override
    void send(BackendStream to) {
      if (at == At.CONNECTED) {
        cancel();
      } else {
        super.send(to);
      }
    }

    @Override
    public void head(int status, MultiMap fields) {
      if (at == At.HEAD) {
        cancel();
      }
    }

    @Override
    public void part(Buffer part) {
      if (at == At.PART) {
        cancel();
      } else if (at == At.HEAD) {
        throw new AssertionError("heard after cancel");
      }
    }

    @Override
    public void end() {
      super.end();
      cancel();
    }
  }

  @ParameterizedTest
  @EnumSource(At.class)
  void aRequestMayBeGivenUpInAnyCallback(At at) {
    RawBackend backend = numbering();
    PoolOnLoop pool = pool(backend);
    Cancelling asked = new Cancelling(at);
    pool.ask(asked);
    pass(asked.done);
    Asked next = pool.get("/");
    boolean kept = at == At.CONNECTED || at == At.END;
    assertThat(next.outcome()).isEqualTo(kept ? "200 #1 END" : "200 #2 END");
    assertThat(asked.isOver()).isEqualTo(at == At.END);
  }

  @Test
  void aResponseGivenUpInTheMiddleClosesItsConnection() throws Exception {
    BlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
    PoolOnLoop pool = pool(saying(HALF, connection -> closed.add(connection.isClosedByPeer())));
    Asked asked = pool.get("/");
    asked.awaitFirstPart();
    pool.run(asked.stream()::cancel);
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isTrue();
    assertThat(asked.isOver()).isFalse();
  }

  /** Pauses at each part, and sees that none comes meanwhile. */
  private static final class Slow extends Asked {
    private final BlockingQueue<Integer> parts = new LinkedBlockingQueue<>();
    private boolean paused;
    private boolean free;

    Slow() {
      super("/");
    }

    @Override
    public void part(Buffer part) {
      if (paused) {
        throw new AssertionError("a part while paused");
      }
      if (!free) {
        paused = true;
        stream().pause();
      }
      super.part(part);
      parts.add(part.length());
    }

    void resume() {
      paused = false;
      stream().resume();
    }

    void free() {
      free = true;
      resume();
    }
  }

  @Test
  void aLargeResponseComesNoFasterThanItIsTaken() throws Exception {
    int megabytes = 128;
    AtomicLong sent = new AtomicLong();
    String megabyte = "x".repeat(1 << 20);
    PoolOnLoop pool =
        pool(
            saying(
                "HTTP/1.1 200 OK\r\nContent-Length: " + (megabytes << 20) + "\r\n\r\n",
                connection -> {
                  for (int i = 0; i < megabytes; i++) {
                    connection.send(megabyte);
                    sent.addAndGet(1 << 20);
                  }
                }));
    Slow slow = new Slow();
    pool.ask(slow);
    for (int i = 0; i < 200; i++) {
      assertThat(slow.parts.poll(10, TimeUnit.SECONDS)).isNotNull();
      pool.run(slow::resume);
    }
    // What the kernel holds of a connection comes on top: up to 10 MB by Linux's defaults.
    assertThat(sent.get() - slow.received()).isLessThan(32 << 20);
    pool.run(slow::free);
    assertThat(slow.outcome()).endsWith("END");
    assertThat(slow.received()).isEqualTo((long) megabytes << 20);
  }

  @Test
  void aPausedResponseIsWholeThoughItsConnectionHasEnded() throws Exception {
    String body = "x".repeat(300_000);
    CountDownLatch done = new CountDownLatch(1);
    PoolOnLoop pool = pool(saying(RawBackend.ok(body), _ -> done.countDown()));
    Slow slow = new Slow();
    pool.ask(slow);
    slow.awaitFirstPart();
    pass(done);
    assertThat(pool.get("/").outcome()).endsWith("END");
    assertThat(slow.isOver()).isFalse();
    pool.run(slow::free);
    assertThat(slow.outcome()).endsWith("END");
    assertThat(slow.received()).isEqualTo(body.length());
  }

  /** Sends a body, whole at once. */
  private static class Post extends Asked {
    private final String body;
    private final int announced;

    Post(String body, int announced) {
      super("/");
      this.body = body;
      this.announced = announced;
    }

    @Override
    void send(BackendStream to) {
      to.begin(HttpMethod.POST, "/", "backend");
      if (announced >= 0) {
        to.field("Content-Length", Integer.toString(announced));
      }
      to.send(announced < 0 ? BackendStream.Framing.STREAMED : BackendStream.Framing.LENGTH);
      to.write(Buffer.buffer());
      to.write(Buffer.buffer(body));
      to.end();
    }
  }

  @Test
  void bodiesAreFramedByLengthOrByChunks() {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    PoolOnLoop pool =
        pool(
            backend(
                connection -> {
                  String head = connection.readHead();
                  while (!head.isEmpty()) {
                    boolean chunked = head.contains("Transfer-Encoding: chunked\r\n");
                    seen.add(
                        connection.read(chunked ? "c\r\nhello, world\r\n0\r\n\r\n".length() : 12));
                    connection.send(RawBackend.ok("ok"));
                    head = connection.readHead();
                  }
                }));
    assertThat(pool.ask(new Post("hello, world", 12)).outcome()).isEqualTo("200 ok END");
    assertThat(pool.ask(new Post("hello, world", -1)).outcome()).isEqualTo("200 ok END");
    assertThat(pool.ask(new Post("hello, world", 12)).outcome()).isEqualTo("200 ok END");
    assertThat(seen)
        .containsExactly("hello, world", "c\r\nhello, world\r\n0\r\n\r\n", "hello, world");
  }

  @Test
  void aBodyThatIsNotAsLongAsAnnouncedNeverBecomesTheNextRequests() {
    RawBackend backend = backend(RawConnection::readAll);
    PoolOnLoop pool = pool(backend);
    assertThat(pool.ask(new Post("short", 6)).outcome()).isEqualTo("BROKEN bad_request");
    assertThat(pool.ask(new Post("longer", 5)).outcome()).isEqualTo("BROKEN bad_request");
    await().untilAsserted(() -> assertThat(backend.accepted()).isEqualTo(2));
  }

  /** Sends a body bit by bit, from outside. */
  private static final class Upload extends Asked {
    Upload() {
      super("/");
    }

    @Override
    void send(BackendStream to) {
      to.begin(HttpMethod.PUT, "/", "backend");
      to.send(BackendStream.Framing.STREAMED);
    }
  }

  @Test
  void aLargeRequestIsSentNoFasterThanItIsTaken() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    AtomicInteger chunks = new AtomicInteger();
    int size = 64 << 10;
    PoolOnLoop pool =
        pool(
            backend(
                connection -> {
                  connection.readHead();
                  pass(read);
                  String line = readLine(connection);
                  while (!line.equals("0")) {
                    connection.read(Integer.parseInt(line, 16) + 2);
                    chunks.incrementAndGet();
                    line = readLine(connection);
                  }
                  connection.read(2);
                  connection.send(RawBackend.ok("ok"));
                  connection.readAll();
                }));
    Upload upload = new Upload();
    pool.ask(upload);
    await().until(upload::isConnected);
    int written = 0;
    while (!pool.on(() -> upload.stream().full())) {
      pool.run(() -> upload.stream().write(Buffer.buffer(new byte[size])));
      written++;
      assertThat(written).as("the queue is bounded").isLessThan(500);
    }
    read.countDown();
    upload.awaitDrained();
    pool.run(upload.stream()::end);
    assertThat(upload.outcome()).isEqualTo("200 ok END");
    assertThat(chunks).hasValue(written);
  }

  private static String readLine(RawConnection connection) {
    StringBuilder line = new StringBuilder();
    while (line.length() < 2 || !line.substring(line.length() - 2).equals("\r\n")) {
      String next = connection.read(1);
      if (next.isEmpty()) {
        return "0";
      }
      line.append(next);
    }
    return line.substring(0, line.length() - 2);
  }

  @Test
  void anAnswerBeforeTheRequestIsWholeEndsTheConnection() {
    CountDownLatch closed = new CountDownLatch(1);
    RawBackend backend =
        saying(
            RawBackend.ok("no"),
            connection -> {
              connection.readAll();
              closed.countDown();
            });
    PoolOnLoop pool = pool(backend);
    Upload upload = new Upload();
    pool.ask(upload);
    assertThat(upload.outcome()).isEqualTo("200 no END");
    pool.run(
        () -> {
          upload.stream().write(Buffer.buffer("late"));
          upload.stream().end();
          upload.stream().cancel();
        });
    pass(closed);
    assertThat(pool.get("/").outcome()).isEqualTo("200 no END");
    assertThat(backend.accepted()).isEqualTo(2);
  }

  @Test
  void aFieldThatWouldEndALineHarmsNobody() {
    RawBackend backend = numbering();
    PoolOnLoop pool = pool(backend);
    Asked bad =
        new Asked("/") {
          @Override
          void send(BackendStream to) {
            to.begin(HttpMethod.GET, "/", "backend");
            to.field("A", "1\r\nB: 2");
          }
        };
    assertThat(pool.ask(bad).outcome()).isEqualTo("BROKEN internal");
    assertThat(pool.get("/").outcome()).startsWith("200 ").endsWith(" END");
  }

  @Test
  void closedItEndsWhatItHasAndServesWhatStillComes() throws Exception {
    gate("/busy");
    BlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
    RawBackend backend =
        backend(
            connection -> {
              String head = connection.readHead();
              pass(head.substring(head.indexOf('/'), head.indexOf(" HTTP")));
              connection.send(RawBackend.ok("hi"));
              closed.add(connection.isClosedByPeer());
            });
    PoolOnLoop pool = pool(backend);
    Asked busy = pool.get("/busy");
    await().until(busy::isConnected);
    assertThat(pool.get("/").outcome()).isEqualTo("200 hi END");
    pool.closePool();
    assertThat(closed.poll(10, TimeUnit.SECONDS)).as("the idle one").isTrue();
    assertThat(pool.get("/").outcome()).isEqualTo("200 hi END");
    assertThat(closed.poll(10, TimeUnit.SECONDS)).as("the late one").isTrue();
    release("/busy");
    assertThat(busy.outcome()).isEqualTo("200 hi END");
    assertThat(closed.poll(10, TimeUnit.SECONDS)).as("the busy one").isTrue();
    assertThat(backend.accepted()).isEqualTo(3);
  }

  @Test
  void everyBufferIsReleased() throws Exception {
    Queue<String> leaks = new ConcurrentLinkedQueue<>();
    ByteBufUtil.setLeakListener((type, records) -> leaks.add(type + ": " + records));
    try {
      String large = "x".repeat(100_000);
      PoolOnLoop whole = pool(saying(RawBackend.ok(large) + "stray", RawConnection::readAll));
      PoolOnLoop half = pool(saying(HALF, RawConnection::reset));
      PoolOnLoop bad = pool(saying("HTTP/1.1 200 OK\r\nA : b\r\n\r\n" + large, _ -> {}));
      PoolOnLoop split = pool(saying("HTTP/1.1 200 OK\r\nA", _ -> {}));
      for (int i = 0; i < 30; i++) {
        for (PoolOnLoop pool : List.of(whole, half, bad, split)) {
          pool.get("/").outcome();
          var _ = pool.ask(new Post(large, -1)).outcome();
        }
        Slow given = new Slow();
        whole.ask(given);
        given.awaitFirstPart();
        whole.run(given.stream()::cancel);
        System.gc(); // a leak is noticed once the buffer is unreachable and another is made
        ByteBufAllocator.DEFAULT.directBuffer(16).release();
      }
    } finally {
      ByteBufUtil.setLeakListener(null);
    }
    assertThat(leaks).isEmpty();
  }
}
