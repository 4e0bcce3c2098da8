package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.H2Backend;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code connections}: how many requests a backend has at once, and who waits or is refused. */
class BackendLimitTest {
  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  @RegisterExtension private final Scene scene = new Scene();

  @AfterEach
  void openAll() {
    gates.values().forEach(CountDownLatch::countDown);
  }

  private TestNode node(String connections, int... ports) {
    return node(2, connections, ports);
  }

  private TestNode node(int loops, String keys, int... ports) {
    return scene.node(yaml(loops, keys, ports));
  }

  private static String yaml(int loops, String keys, int... ports) {
    return """
    node: {eventLoops: %d, drain: {delay: 0s, timeout: 1s}}
    listeners: [{name: http, bind: "127.0.0.1:0"}]
    upstreams: [{name: u, backends: %s, %s}]
    routes: [{name: all, proxy: {upstream: u}}]
    """
        .formatted(loops, Scene.backends(ports), keys);
  }

  /** Answers a path once its gate is open; those that begin with {@code /free} have none. */
  private RawBackend gated() {
    return scene.backend(
        connection -> {
          String head = connection.readHead();
          while (!head.isEmpty()) {
            String path = head.substring(head.indexOf('/'), head.indexOf(" HTTP"));
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            asked.add(path);
            if (!path.startsWith("/free")) {
              pass(gate(path));
            }
            underWay.decrementAndGet();
            connection.send(RawBackend.ok("did " + path));
            head = connection.readHead();
          }
        });
  }

  private CountDownLatch gate(String path) {
    return gates.computeIfAbsent(path, _ -> new CountDownLatch(1));
  }

  private static void pass(CountDownLatch gate) {
    try {
      if (!gate.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody opened the gate");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private RawConnection ask(TestNode node, String path) {
    return scene.connect(node).send(get(path));
  }

  private String next() throws InterruptedException {
    String next = asked.poll(10, TimeUnit.SECONDS);
    return next == null ? "nothing" : next;
  }

  private double metric(String start) {
    return scene
        .metrics()
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private void awaitWaiting(int count) {
    await().until(() -> metric("atoll_upstream_pending{") == count);
  }

  @Test
  void aBackendNeverHasMoreThanItsLimitAndAllAreServedWhoMayWait() {
    RawBackend backend =
        scene.backend(
            connection -> {
              while (!connection.readHead().isEmpty()) {
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                await().pollDelay(java.time.Duration.ofMillis(5)).until(() -> true);
                underWay.decrementAndGet();
                connection.send(RawBackend.ok("did"));
              }
            });
    TestNode node = node("connections: {perBackend: 3, pendingFor: 30s}", backend.port());
    List<Thread> clients = new ArrayList<>();
    AtomicInteger served = new AtomicInteger();
    for (int i = 0; i < 16; i++) {
      RawConnection client = scene.connect(node);
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int n = 0; n < 10; n++) {
                      if (client.send(get("/")).readResponse().endsWith("did")) {
                        served.incrementAndGet();
                      }
                    }
                  }));
    }
    await().until(() -> clients.stream().noneMatch(Thread::isAlive));
    assertThat(served).hasValue(160);
    assertThat(most.get()).isEqualTo(3);
  }

  @Test
  void overHttp2RequestsAreLimitedNotConnections() throws Exception {
    BlockingQueue<H2Backend.Request> held = new LinkedBlockingQueue<>();
    H2Backend backend = scene.open(new H2Backend(Http2Settings.defaultSettings(), held::add));
    TestNode node =
        node(1, "protocol: h2c, connections: {perBackend: 2, pendingFor: 30s}", backend.port());
    RawConnection first = ask(node, "/1");
    H2Backend.Request one = held.poll(10, TimeUnit.SECONDS);
    ask(node, "/2");
    H2Backend.Request two = held.poll(10, TimeUnit.SECONDS);
    ask(node, "/3");
    awaitWaiting(1);
    assertThat(held).isEmpty();
    assertThat(one).isNotNull();
    assertThat(two).isNotNull();
    one.ok("1");
    assertThat(first.readHead()).startsWith("HTTP/1.1 200 ");
    assertThat(held.poll(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(backend.accepted()).isEqualTo(1);
  }

  @Test
  void moreThanMayWaitAreToldWhenToComeAgain() throws Exception {
    TestNode node =
        node("connections: {perBackend: 1, pending: 0, pendingFor: 2500ms}", gated().port());
    ask(node, "/1");
    next();
    assertThat(ask(node, "/2").readResponse())
        .startsWith("HTTP/1.1 503 ")
        .containsIgnoringCase("\r\nRetry-After: 3\r\n")
        .contains("\"reason\":\"pool_full\"");
    assertThat(metric("atoll_upstream_refused_total{reason=\"full\"")).isEqualTo(1);
    assertThat(metric("atoll_upstream_share{")).isEqualTo(1);
    assertThat(metric("atoll_upstream_active{")).isEqualTo(1);
  }

  @Test
  void whoWaitsTooLongIsRefused() throws Exception {
    TestNode node = node("connections: {perBackend: 1, pendingFor: 200ms}", gated().port());
    ask(node, "/1");
    next();
    long began = System.nanoTime();
    assertThat(ask(node, "/2").readResponse())
        .startsWith("HTTP/1.1 503 ")
        .containsIgnoringCase("\r\nRetry-After: 1\r\n");
    assertThat(System.nanoTime() - began).isGreaterThan(150_000_000);
    assertThat(metric("atoll_upstream_refused_total{reason=\"late\"")).isEqualTo(1);
    assertThat(metric("atoll_upstream_waited_total{")).isEqualTo(1);
    awaitWaiting(0);
  }

  @Test
  void whoCameFirstIsServedFirst() throws Exception {
    TestNode node = node("connections: {perBackend: 1, pendingFor: 30s}", gated().port());
    ask(node, "/1");
    next();
    ask(node, "/free/2");
    awaitWaiting(1);
    gate("/1").countDown();
    assertThat(next()).isEqualTo("/free/2");
    awaitWaiting(0);
  }

  @Test
  void underOverloadWhoCameLastIsServedFirstAndTheOldestGoesWhenTheLineIsFull() throws Exception {
    TestNode node =
        node("connections: {perBackend: 1, pending: 2, pendingFor: 30s}", gated().port());
    ask(node, "/1");
    next();
    RawConnection oldest = ask(node, "/free/2");
    awaitWaiting(1);
    ask(node, "/free/3");
    awaitWaiting(2);
    // Somebody has waited for a while.
    await().pollDelay(java.time.Duration.ofMillis(150)).until(() -> true);
    ask(node, "/free/4");
    assertThat(oldest.readResponse()).startsWith("HTTP/1.1 503 ");
    gate("/1").countDown();
    assertThat(next()).isEqualTo("/free/4");
    assertThat(next()).isEqualTo("/free/3");
    assertThat(metric("atoll_upstream_refused_total{reason=\"pushed_out\"")).isEqualTo(1);
  }

  @Test
  void whereAnotherBackendIsFreeNobodyWaits() throws Exception {
    RawBackend one = gated();
    RawBackend other = gated();
    TestNode node =
        node(
            "balance: {consistentHash: path}, hashBound: 0,"
                + " connections: {perBackend: 1, pending: 0}",
            one.port(),
            other.port());
    RawConnection first = ask(node, "/same");
    assertThat(next()).isEqualTo("/same");
    RawConnection second = ask(node, "/same");
    assertThat(next()).isEqualTo("/same");
    assertThat(ask(node, "/same").readResponse()).startsWith("HTTP/1.1 503 ");
    gate("/same").countDown();
    assertThat(first.readResponse()).endsWith("did /same");
    assertThat(second.readResponse()).endsWith("did /same");
  }

  @Test
  void whoWaitsGoesToWhicheverBackendIsFreeFirst() throws Exception {
    RawBackend one = gated();
    RawBackend other = gated();
    TestNode node = node("connections: {perBackend: 1, pendingFor: 30s}", one.port(), other.port());
    ask(node, "/1");
    next();
    ask(node, "/2");
    next();
    RawConnection waiting = ask(node, "/free/3");
    awaitWaiting(1);
    gate("/2").countDown();
    assertThat(waiting.readResponse()).endsWith("did /free/3");
  }

  @Test
  void aSessionWaitsForItsOwnBackend() throws Exception {
    RawBackend one = gated();
    RawBackend other = gated();
    TestNode node =
        node(
            "balance: roundRobin,"
                + " stickySession: {mode: cookie, attributes: {secure: false}},"
                + " connections: {perBackend: 1, pendingFor: 30s}",
            one.port(),
            other.port());
    String head = ask(node, "/free/first").readHead();
    next();
    String cookie = head.substring(head.indexOf("ATOLL_SESSION="));
    String line = "Cookie: " + cookie.substring(0, cookie.indexOf(';')) + "\r\n";
    String busy = get("/1").replace("\r\n\r\n", "\r\n" + line + "\r\n");
    String same = get("/free/2").replace("\r\n\r\n", "\r\n" + line + "\r\n");
    scene.connect(node).send(busy);
    next();
    RawConnection waiting = scene.connect(node).send(same);
    awaitWaiting(1);
    assertThat(ask(node, "/free/other").readResponse())
        .as("the other one is free")
        .endsWith("other");
    next();
    gate("/1").countDown();
    assertThat(waiting.readResponse()).endsWith("did /free/2");
  }

  @Test
  void aSessionWhoseBackendLeavesWhileItWaitsGoesElsewhere() throws Exception {
    RawBackend one = gated();
    RawBackend other = gated();
    int admin = new FreePorts(1).next();
    AtomicReference<int[]> ports = new AtomicReference<>(new int[] {one.port()});
    TestNode node =
        scene.open(
            TestNode.startReloadable(
                () ->
                    "admin: {bind: \"127.0.0.1:%d\"}\n".formatted(admin)
                        + yaml(
                            2,
                            "stickySession: {mode: cookie, attributes: {secure: false}},"
                                + " connections: {perBackend: 1, pendingFor: 30s}",
                            ports.get())));
    ports.set(new int[] {one.port(), other.port()});
    String head = ask(node, "/free/first").readHead();
    next();
    assertThat(node.reload()).isEmpty();
    String cookie = head.substring(head.indexOf("ATOLL_SESSION="));
    String line = "Cookie: " + cookie.substring(0, cookie.indexOf(';')) + "\r\n";
    scene.connect(node).send(get("/1").replace("\r\n\r\n", "\r\n" + line + "\r\n"));
    next();
    RawConnection waiting =
        scene.connect(node).send(get("/free/2").replace("\r\n\r\n", "\r\n" + line + "\r\n"));
    await().until(() -> Scene.metrics(admin).contains("atoll_upstream_pending{upstream=\"u\"} 1"));
    ports.set(new int[] {other.port()});
    assertThat(node.reload()).isEmpty();
    assertThat(waiting.readResponse()).endsWith("did /free/2");
  }

  @Test
  void aSessionWhoseBackendIsEjectedWhileItWaitsGoesElsewhere() throws Exception {
    TestNode node =
        node(
            "panicThreshold: 0, retry: {attempts: 1},"
                + " outlierDetection: {consecutiveErrors: 1, maxEjected: 50},"
                + " stickySession: {mode: cookie, attributes: {secure: false}},"
                + " connections: {perBackend: 1, pendingFor: 30s}",
            fragile("one").port(),
            fragile("other").port());
    String first = ask(node, "/free/first").readResponse();
    String home = next().replace("/free/first", "");
    String cookie = first.substring(first.indexOf("ATOLL_SESSION="));
    String line = "Cookie: " + cookie.substring(0, cookie.indexOf(';')) + "\r\n";
    scene.connect(node).send(get("/cut").replace("\r\n\r\n", "\r\n" + line + "\r\n"));
    assertThat(next()).isEqualTo(home + "/cut");
    RawConnection waiting =
        scene.connect(node).send(get("/free/2").replace("\r\n\r\n", "\r\n" + line + "\r\n"));
    awaitWaiting(1);
    gate("/cut").countDown();
    assertThat(waiting.readResponse()).endsWith(home.equals("one") ? "other" : "one");
    assertThat(asked).doesNotContain(home + "/free/2");
  }

  /** Says who was asked for what, and ends its connection instead of an answer to {@code /cut}. */
  private RawBackend fragile(String name) {
    return scene.backend(
        connection -> {
          String head = connection.readHead();
          while (!head.isEmpty()) {
            String path = head.substring(head.indexOf('/'), head.indexOf(" HTTP"));
            asked.add(name + path);
            if (path.equals("/cut")) {
              pass(gate(path));
              return;
            }
            connection.send(RawBackend.ok(name));
            head = connection.readHead();
          }
        });
  }

  /** Does something that ends badly, and sees that the one slot there is can be had afterwards. */
  private void keepsNoSlot(String keys, int port, Consumer<TestNode> bad) {
    TestNode node = node("connections: {perBackend: 1, pending: 0}, " + keys, port);
    for (int i = 0; i < 3; i++) {
      bad.accept(node);
      await().until(() -> metric("atoll_upstream_active{") == 0);
    }
    assertThat(metric("atoll_upstream_refused_total{")).isZero();
  }

  @Test
  void aClientThatGoesLeavesNoSlotBehind() {
    keepsNoSlot(
        "retry: {attempts: 1}",
        scene.backend(connection -> asked.add(connection.readHead() + connection.readAll())).port(),
        node -> {
          try (RawConnection client = node.connect()) {
            client.send(get("/"));
            await().until(() -> metric("atoll_upstream_active{") == 1);
          }
        });
  }

  @Test
  void aTimeoutLeavesNoSlotBehind() {
    keepsNoSlot(
        "timeouts: {firstByte: 100ms}",
        scene.backend(RawConnection::readAll).port(),
        node -> assertThat(ask(node, "/").readResponse()).startsWith("HTTP/1.1 504 "));
  }

  @Test
  void theEndOfTheWholeExchangesTimeLeavesNoSlotBehind() {
    keepsNoSlot(
        "timeouts: {total: 100ms}",
        scene.backend(RawConnection::readAll).port(),
        node -> assertThat(ask(node, "/").readResponse()).startsWith("HTTP/1.1 504 "));
  }

  @Test
  void aResetLeavesNoSlotBehindThoughItIsTriedAgain() {
    keepsNoSlot(
        "panicThreshold: 100, outlierDetection: {consecutiveErrors: 0, errorRate: 0}",
        scene.backend(RawConnection::readHead).port(),
        node -> assertThat(ask(node, "/").readResponse()).startsWith("HTTP/1.1 502 "));
  }

  @Test
  void aResponseThatIsCutOffLeavesNoSlotBehind() {
    keepsNoSlot(
        "panicThreshold: 100",
        scene
            .backend(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                })
            .port(),
        node -> assertThat(ask(node, "/").readAll()).endsWith("half"));
  }

  @Test
  void aBackendThatIsNotThereLeavesNoSlotBehind() {
    keepsNoSlot(
        "panicThreshold: 100",
        new FreePorts(1).next(),
        node -> assertThat(ask(node, "/").readResponse()).startsWith("HTTP/1.1 502 "));
  }

  @Test
  void anUploadThatIsBrokenOffLeavesNoSlotBehind() {
    keepsNoSlot(
        "retry: {attempts: 1}",
        scene.backend(RawConnection::readAll).port(),
        node -> {
          try (RawConnection client = node.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nsome");
            await().until(() -> metric("atoll_upstream_active{") == 1);
          }
        });
  }

  @Test
  void whoGoesWhileItWaitsIsNotInTheLineAnyMore() throws Exception {
    TestNode node = node("connections: {perBackend: 1, pendingFor: 30s}", gated().port());
    ask(node, "/1");
    next();
    try (RawConnection client = node.connect()) {
      client.send(get("/2"));
      awaitWaiting(1);
    }
    awaitWaiting(0);
    gate("/1").countDown();
    assertThat(ask(node, "/free/3").readResponse()).endsWith("did /free/3");
    assertThat(asked).doesNotContain("/2");
  }

  @Test
  void aReloadRaisesTheLimitForThoseWhoWait() throws Exception {
    int port = gated().port();
    int admin = new FreePorts(1).next();
    AtomicInteger limit = new AtomicInteger(1);
    TestNode node =
        scene.open(
            TestNode.startReloadable(
                () ->
                    "admin: {bind: \"127.0.0.1:%d\"}\n".formatted(admin)
                        + yaml(
                            2,
                            "connections: {perBackend: %d, pendingFor: 30s}".formatted(limit.get()),
                            port)));
    ask(node, "/1");
    next();
    RawConnection waiting = ask(node, "/free/2");
    limit.set(2);
    assertThat(node.reload()).isEmpty();
    assertThat(waiting.readResponse()).endsWith("did /free/2");
    assertThat(ask(node, "/free/3").readResponse()).endsWith("did /free/3");
  }

  @Test
  void anAdaptiveLimitServesAsAnyOther() {
    RawBackend backend = gated();
    TestNode node =
        node("connections: {perBackend: 50, pendingFor: 30s, adaptive: true}", backend.port());
    RawConnection client = scene.connect(node);
    for (int i = 0; i < 50; i++) {
      assertThat(client.send(get("/free")).readResponse()).endsWith("did /free");
    }
    await().until(() -> metric("atoll_upstream_share{") == 20);
  }
}
