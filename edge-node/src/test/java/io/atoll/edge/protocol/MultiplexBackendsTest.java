package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.UpstreamConfig.Protocol;
import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.testkit.TlsServerSide;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerBuilder;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What passes to and from backends in the protocols in which requests share connections. */
class MultiplexBackendsTest {
  private static final int LARGE = 2 << 20;

  @TempDir private Path folder;

  @RegisterExtension private final Scene scene = new Scene();
  private final Vertx vertx = scene.open(Vertx.vertx(), opened -> opened.close().await());
  private final Queue<HttpConnection> connections = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<HttpServerRequest> requests = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

  @BeforeEach
  void createCertificates() throws IOException {
    TlsServerSide servers = new TlsServerSide(folder);
    servers.issue("backend", "shop.internal");
    servers.issue("other", "other.internal");
  }

  private TestNode node(Protocol protocol, Handler<HttpServerRequest> handler) {
    return node(protocol, "backend", handler);
  }

  private TestNode node(Protocol protocol, String certificate, Handler<HttpServerRequest> handler) {
    return node(protocol, server(protocol, certificate, handler));
  }

  private int server(Protocol protocol, String certificate, Handler<HttpServerRequest> handler) {
    HttpServerConfig settings =
        new HttpServerConfig()
            .setVersions(protocol == Protocol.H3 ? HttpVersion.HTTP_3 : HttpVersion.HTTP_2);
    HttpServerBuilder builder =
        vertx.httpServerBuilder().with(settings).withConnectHandler(connections::add);
    if (protocol != Protocol.H2C) {
      builder.with(
          new ServerSSLOptions()
              .setUseAlpn(true)
              .setKeyCertOptions(
                  new PemKeyCertOptions()
                      .addCertPath(folder.resolve(certificate + ".pem").toString())
                      .addKeyPath(folder.resolve(certificate + ".key").toString())));
    }
    return builder.build().requestHandler(handler).listen(0, "127.0.0.1").await().actualPort();
  }

  private TestNode node(Protocol protocol, int port) {
    return node(protocol, port, "shop.internal");
  }

  private TestNode node(Protocol protocol, int port, String serverName) {
    TestNode node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners: [{name: http, bind: "127.0.0.1:0"}]
            upstreams:
              - name: u
                protocol: %s
                retry: {attempts: 1}
                backends: [{address: "http://127.0.0.1:%d"}]
                %s
            routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
            """
                .formatted(
                    switch (protocol) {
                      case HTTP_1_1 -> "http/1.1";
                      case H2 -> "h2";
                      case H2C -> "h2c";
                      case H3 -> "h3";
                    },
                    port,
                    protocol == Protocol.H2C
                        ? ""
                        : "tls: {trust: %s/ca.pem, serverName: %s}".formatted(folder, serverName)));
    scene.open(node);
    return node;
  }

  private RawConnection send(TestNode node, String text) {
    RawConnection client = node.connect();
    scene.open(client);
    return client.send(text);
  }

  private static <T> T next(BlockingQueue<T> of) throws InterruptedException {
    T next = of.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H3"})
  void aNameMayEndWithADot(Protocol protocol) {
    int port = server(protocol, "backend", request -> request.response().end());

    RawConnection client =
        send(node(protocol, port, "shop.internal."), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C", "H3"})
  void aRequestAndItsResponse(Protocol protocol) {
    TestNode node =
        node(
            protocol,
            request ->
                request
                    .response()
                    .putHeader("x-seen", request.version() + " " + request.scheme())
                    .putHeader("x-authority", String.valueOf(request.authority()))
                    .putHeader("x-asked", request.getHeader("X-Asked"))
                    .end(request.method() + " " + request.uri()));

    String response =
        send(node, "GET /a?b=c HTTP/1.1\r\nHost: shop.example:81\r\nX-Asked: yes\r\n\r\n")
            .readResponse();

    assertThat(response)
        .startsWith("HTTP/1.1 200 OK\r\n")
        .containsIgnoringCase(
            "x-seen: "
                + (protocol == Protocol.H3 ? "HTTP_3" : "HTTP_2")
                + (protocol == Protocol.H2C ? " http" : " https")
                + "\r\n")
        .containsIgnoringCase("x-authority: shop.example:81\r\n")
        .containsIgnoringCase("x-asked: yes\r\n")
        .endsWith("\r\n\r\nGET /a?b=c");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C", "H3"})
  void manyRequestsShareAConnection(Protocol protocol) throws Exception {
    TestNode node = node(protocol, requests::add);
    List<RawConnection> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(send(node, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
    for (int i = 0; i < 20; i++) {
      HttpServerRequest request = next(requests);
      vertx.runOnContext(_ -> request.response().end("done"));
    }

    for (RawConnection client : clients) {
      assertThat(client.readResponse()).endsWith("done");
    }
    assertThat(connections).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C", "H3"})
  void largeBodiesPassBothWays(Protocol protocol) {
    TestNode node =
        node(protocol, request -> request.body().onSuccess(body -> request.response().end(body)));
    String part = "x".repeat(1 << 16);
    RawConnection client =
        send(node, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
    for (int i = 0; i < LARGE >> 16; i++) {
      client.send(part);
    }

    String response = client.readResponse();

    assertThat(response.length() - response.indexOf("\r\n\r\n") - 4).isEqualTo(LARGE);
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C", "H3"})
  void aSlowClientHoldsTheBackendUpAndNobodyElse(Protocol protocol) throws Exception {
    Buffer chunk = Buffer.buffer("y".repeat(1 << 16));
    TestNode node =
        node(
            protocol,
            request -> {
              if (request.uri().equals("/quick")) {
                request.response().end("quick");
                return;
              }
              request.response().setChunked(true);
              Runnable fill =
                  () -> {
                    int sent = 0;
                    while (!request.response().writeQueueFull() && sent++ < 1 << 10) {
                      var _ = request.response().write(chunk);
                    }
                    said.add(request.response().writeQueueFull() ? "full" : "filled");
                  };
              request.response().drainHandler(_ -> fill.run());
              fill.run();
            });

    // Over HTTP/2 many share one connection and its window.
    int others = protocol == Protocol.H3 ? 0 : 12;
    for (int i = 0; i < others; i++) {
      send(node, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(next(said)).isEqualTo("full");
    }
    RawConnection slow = send(node, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(next(said)).isEqualTo("full");
    while (said.poll(1, TimeUnit.SECONDS) != null) {
      // until none is sent any more
    }
    assertThat(send(node, "GET /quick HTTP/1.1\r\nHost: a\r\n\r\n").readResponse())
        .endsWith("quick");
    assertThat(slow.readHead()).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C", "H3"})
  void trailersPass(Protocol protocol) {
    TestNode node =
        node(
            protocol,
            request -> {
              said.add(String.valueOf(request.getHeader("te")));
              request.response().setChunked(true);
              var _ = request.response().write("sum");
              request.response().putTrailer("x-sum", "6").end();
            });

    RawConnection client =
        send(node, "GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE\r\n\r\n");

    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
    assertThat(client.readHead()).startsWith("3\r\nsum\r\n0\r\n").containsIgnoringCase("x-sum: 6");
    assertThat(said).containsExactly("trailers");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C"})
  void aClientThatGoesAwayIsToldToTheBackend(Protocol protocol) throws Exception {
    TestNode node =
        node(
            protocol,
            request -> {
              request.response().setChunked(true);
              request.response().exceptionHandler(_ -> {});
              vertx.setPeriodic(
                  10,
                  timer ->
                      request
                          .response()
                          .write("and so on")
                          .onFailure(
                              _ -> {
                                vertx.cancelTimer(timer);
                                said.add("gone");
                              }));
            });
    RawConnection client = send(node, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");

    client.close();

    assertThat(next(said)).isEqualTo("gone");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C", "H3"})
  void requestsThatAreGivenUpGiveTheirPlacesBack(Protocol protocol) throws Exception {
    TestNode node =
        node(
            protocol,
            request -> {
              if (request.uri().equals("/")) {
                request.response().end("fine");
              } else {
                requests.add(request);
              }
            });
    for (int i = 0; i < 130; i++) {
      try (RawConnection client = node.connect()) {
        client.send("GET /hangs HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(next(requests).uri()).isEqualTo("/hangs");
      }
    }

    assertThat(send(node, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse()).endsWith("fine");
    assertThat(connections).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C", "H3"})
  void aResponseThatIsResetNeverLooksWhole(Protocol protocol) {
    TestNode node =
        node(
            protocol,
            request -> {
              request.response().setChunked(true);
              request.response().write("half").onComplete(_ -> request.response().reset());
            });

    String all = send(node, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").readAll();

    assertThat(all).doesNotContain("\r\n0\r\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H3"})
  void anothersCertificateIsRefused(Protocol protocol) {
    TestNode node = node(protocol, "other", request -> request.response().end("never"));

    assertThat(send(node, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse())
        .startsWith("HTTP/1.1 502 ")
        .contains("tls_failure");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C", "H3"})
  void whereNobodyListensThereIsNoConnection(Protocol protocol) throws Exception {
    int port = new FreePorts(1).next();
    TestNode node = node(protocol, port);

    assertThat(send(node, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse())
        .startsWith("HTTP/1.1 502 ")
        .contains("connect_failure");
  }
}
