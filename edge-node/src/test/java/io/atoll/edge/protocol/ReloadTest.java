package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A new configuration under traffic. */
class ReloadTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private final AtomicReference<String> configuration = new AtomicReference<>("");
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.add(resource);
    return resource;
  }

  private static String to(int port, String more) {
    return """
    admin: {bind: "127.0.0.1:0"}
    node: {eventLoops: 2}
    telemetry: {accessLog: {format: off}}
    listeners: [{name: http, bind: "127.0.0.1:0"}]
    upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%d"}], retry: {attempts: 2}}]
    routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
    %s
    """
        .formatted(port, more);
  }

  private TestNode start(String first) {
    configuration.set(first);
    return opened(TestNode.startReloadable(configuration::get));
  }

  @Test
  void newRequestsGoByTheNewPlan() {
    RawBackend one = opened(RawBackend.answering(RawBackend.ok("one")));
    RawBackend other = opened(RawBackend.answering(RawBackend.ok("other")));
    TestNode node = start(to(one.port(), ""));
    RawConnection client = opened(node.connect());
    assertThat(client.send(GET).readResponse()).endsWith("one");
    configuration.set(to(other.port(), ""));
    assertThat(node.reload()).isEmpty();
    assertThat(client.send(GET).readResponse()).endsWith("other");
  }

  @Test
  void aRequestUnderWayFinishesOnTheOldPlan() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch reloaded = new CountDownLatch(1);
    RawBackend slow =
        opened(
            new RawBackend(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbe");
                  begun.countDown();
                  await(reloaded);
                  connection.send("fore it");
                }));
    RawBackend other = opened(RawBackend.answering(RawBackend.ok("other")));
    TestNode node = start(to(slow.port(), ""));
    RawConnection client = opened(node.connect()).send(GET);
    await(begun);
    configuration.set(to(other.port(), ""));
    assertThat(node.reload()).isEmpty();
    reloaded.countDown();
    assertThat(client.readResponse()).endsWith("before it");
    assertThat(opened(node.connect()).send(GET).readResponse()).endsWith("other");
  }

  /** Breaks its first connection once there was a reload, and answers on others. */
  private RawBackend breaking(CountDownLatch begun, CountDownLatch reloaded) {
    return opened(
        new RawBackend(
            connection -> {
              connection.readHead();
              boolean first = begun.getCount() > 0;
              begun.countDown();
              await(reloaded);
              if (!first) {
                connection.send(RawBackend.ok("again"));
              }
            }));
  }

  /** The try after the reload is one of the old plan's, whose connections are closed by then. */
  @Test
  void aRequestUnderWayIsTriedAgainAfterTheReload() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch reloaded = new CountDownLatch(1);
    RawBackend breaking = breaking(begun, reloaded);
    TestNode node = start(to(breaking.port(), ""));
    RawConnection client = opened(node.connect()).send(GET);
    await(begun);
    assertThat(node.reload()).isEmpty();
    reloaded.countDown();
    assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("again");
  }

  /** Between the tries nothing of it is under way, and its upstream is in no configuration. */
  @Test
  void aRequestUnderWayIsTriedAgainAtAnUpstreamThatIsThereNoMore() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch reloaded = new CountDownLatch(1);
    RawBackend breaking = breaking(begun, reloaded);
    RawBackend other = opened(RawBackend.answering(RawBackend.ok("other")));
    TestNode node = start(to(breaking.port(), ""));
    RawConnection client = opened(node.connect()).send(GET);
    await(begun);
    configuration.set(
        to(other.port(), "")
            .replace("name: u,", "name: another,")
            .replace("upstream: u}", "upstream: another}"));
    assertThat(node.reload()).isEmpty();
    reloaded.countDown();
    assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("again");
    assertThat(client.send(GET).readResponse()).endsWith("other");
  }

  @Test
  void whatIsConfiguredNoLongerIsNotMeasured() {
    int admin = new FreePorts(1).next();
    String bound = "admin: {bind: \"127.0.0.1:%d\"}".formatted(admin);
    RawBackend one = opened(RawBackend.answering(RawBackend.ok("one")));
    RawBackend other = opened(RawBackend.answering(RawBackend.ok("other")));
    String gone = "backend=\"127.0.0.1:%d\"".formatted(one.port());
    String first = to(one.port(), "").replace("admin: {bind: \"127.0.0.1:0\"}", bound);
    TestNode node = start(first);
    assertThat(opened(node.connect()).send(GET).readResponse()).endsWith("one");
    assertThat(Scene.metrics(admin)).contains(gone);

    String second = first.replace(":" + one.port() + "\"", ":" + other.port() + "\"");
    configuration.set(second);
    assertThat(node.reload()).isEmpty();
    assertThat(opened(node.connect()).send(GET).readResponse()).endsWith("other");
    Awaitility.await().until(() -> !Scene.metrics(admin).contains(gone));
    assertThat(Scene.metrics(admin)).contains("upstream=\"u\"");

    configuration.set(
        second.replace("name: u,", "name: another,").replace("upstream: u}", "upstream: another}"));
    assertThat(node.reload()).isEmpty();
    Awaitility.await().until(() -> !Scene.metrics(admin).contains("upstream=\"u\""));
    assertThat(Scene.metrics(admin)).contains("upstream=\"another\"");
  }

  @Test
  void aBadConfigurationChangesNothing() {
    RawBackend one = opened(RawBackend.answering(RawBackend.ok("one")));
    TestNode node = start(to(one.port(), ""));
    configuration.set(to(one.port(), "nonsense: 1"));
    assertThat(node.reload()).hasSize(1).first().asString().contains("nonsense");
    assertThat(opened(node.connect()).send(GET).readResponse()).endsWith("one");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
