package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.HeldResponse;
import io.atoll.edge.testkit.NameServer;
import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.testkit.TlsServerSide;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Requests to backends that DNS names: a real name server, real backends, a whole node. */
class DiscoveryTest {
  private static final Duration SOON = Duration.ofSeconds(15);

  @RegisterExtension private final Scene scene = new Scene();
  private final NameServer names = scene.open(new NameServer());
  private final AtomicReference<String> more = new AtomicReference<>("");

  @TempDir private Path folder;

  private String configuration(String discovery) {
    return """
    admin: {bind: "127.0.0.1:0"}
    node: {eventLoops: 2}
    telemetry: {accessLog: {format: off}}
    listeners: [{name: http, bind: "127.0.0.1:0"}]
    upstreams:
      - name: shop
        discovery: {%s, refresh: 1s, servers: ["%s"]}
        balance: roundRobin
        %s
    routes: [{name: all, proxy: {upstream: shop}}]
    """
        .formatted(discovery, names.address(), more.get());
  }

  private TestNode node(String discovery) {
    return scene.open(TestNode.startReloadable(() -> configuration(discovery)));
  }

  private static void awaitAnswer(TestNode node, String end) {
    await().atMost(SOON).until(() -> node.ask().endsWith(end));
  }

  private void services(RawBackend... backends) {
    String[] services = new String[backends.length];
    for (int i = 0; i < backends.length; i++) {
      services[i] = i + " 1 " + backends[i].port() + " here.test";
    }
    names.addresses("here.test", 1, "127.0.0.1");
    names.services("_http._tcp.shop.test", 1, services);
  }

  @Test
  void theFirstRequestIsServedByWhatDnsNames() {
    names.addresses("shop.test", 1, "127.0.0.1");
    TestNode node = node("dns: shop.test, port: " + scene.backend("found").port());
    assertThat(node.ask()).startsWith("HTTP/1.1 200").endsWith("found");
  }

  @Test
  void anotherAnswerMovesRequestsToOtherBackends() {
    services(scene.backend("before"));
    TestNode node = node("dns: _http._tcp.shop.test, records: srv");
    try (RawConnection client = node.connect()) {
      assertThat(client.send(TestNode.GET).readResponse()).endsWith("before");
      services(scene.backend("after"));
      awaitAnswer(node, "after");
      assertThat(client.send(TestNode.GET).readResponse()).endsWith("after");
    }
  }

  @Test
  void aRequestAtABackendThatLeavesEndsWellAndItsConnectionIsClosedThen() throws Exception {
    HeldResponse held = new HeldResponse();
    RawBackend slow = scene.backend(held::serve);
    services(slow);
    TestNode node = node("dns: _http._tcp.shop.test, records: srv");
    try (RawConnection client = node.connect()) {
      client.send(TestNode.GET);
      assertThat(client.readHead()).startsWith("HTTP/1.1 200");
      services(scene.backend("after"));
      awaitAnswer(node, "after");
      held.release();
      assertThat(client.read(HeldResponse.BODY.length())).isEqualTo(HeldResponse.BODY);
    }
    held.awaitClosed();
  }

  @Test
  void withoutAnAnswerRequestsAreRefusedUntilThereIsOne() {
    TestNode node = node("dns: shop.test, port: " + scene.backend("found").port());
    assertThat(node.ask()).startsWith("HTTP/1.1 503").contains("no_backend");
    names.addresses("shop.test", 1, "127.0.0.1");
    awaitAnswer(node, "found");
  }

  @Test
  void theLastAnswerHoldsWhileLookUpsFail() {
    names.addresses("shop.test", 1, "127.0.0.1");
    TestNode node = node("dns: shop.test, port: " + scene.backend("found").port());
    names.fail("shop.test", NameServer.SERVFAIL);
    int before = names.questions();
    await().atMost(SOON).until(() -> names.questions() >= before + 2);
    assertThat(node.ask()).endsWith("found");
    names.forget("shop.test");
    int after = names.questions();
    await().atMost(SOON).until(() -> names.questions() >= after + 2);
    assertThat(node.ask()).endsWith("found");
  }

  @Test
  void aFurtherPriorityIsUsedOnlyWhereNoneOfTheFirstIsLeft() {
    RawBackend first = scene.backend("first");
    services(first, scene.backend("second"));
    TestNode node = node("dns: _http._tcp.shop.test, records: srv");
    for (int i = 0; i < 6; i++) {
      assertThat(node.ask()).endsWith("first");
    }
    first.close();
    awaitAnswer(node, "second");
  }

  @Test
  void aReloadThatChangesTheUpstreamGoesOnWithTheLastAnswer() {
    names.addresses("shop.test", 1, "127.0.0.1");
    TestNode node = node("dns: shop.test, port: " + scene.backend("found").port());
    names.silence("shop.test");
    more.set("panicThreshold: 10");
    assertThat(node.reload()).isEmpty();
    assertThat(node.ask()).endsWith("found");
  }

  @Test
  void overTlsABackendHasToShowACertificateOfTheNameThatIsLookedUp() throws Exception {
    TlsServerSide servers = new TlsServerSide(folder);
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    RawBackend right = secured(servers, "shop.test", asked);
    names.addresses("shop.test", 1, "127.0.0.1");
    more.set("tls: {trust: " + folder + "/ca.pem}");
    assertThat(node("dns: shop.test, port: " + right.port()).ask()).endsWith("secret");
    assertThat(asked).containsExactly("shop.test");
  }

  @Test
  void aCertificateOfTheAddressAloneIsAnothers() throws Exception {
    TlsServerSide servers = new TlsServerSide(folder);
    RawBackend wrong = secured(servers, "127.0.0.1", new ConcurrentLinkedQueue<>());
    names.addresses("shop.test", 1, "127.0.0.1");
    more.set("tls: {trust: " + folder + "/ca.pem}");
    assertThat(node("dns: shop.test, port: " + wrong.port()).ask())
        .startsWith("HTTP/1.1 502")
        .contains("tls_failure");
  }

  private RawBackend secured(TlsServerSide servers, String name, Queue<String> asked) {
    return scene.backend(
        plain -> {
          try (RawConnection connection =
              plain.serveTls(
                  servers.of(name),
                  socket ->
                      ((ExtendedSSLSession) socket.getSession())
                          .getRequestedServerNames()
                          .forEach(sni -> asked.add(((SNIHostName) sni).getAsciiName())))) {
            while (!connection.readHead().isEmpty()) {
              connection.send(RawBackend.ok("secret"));
            }
          }
        });
  }
}
