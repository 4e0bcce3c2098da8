package io.atoll.edge.interop;

import io.atoll.edge.testkit.TestCertificates;
import io.atoll.edge.testkit.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A node with every listener, files of known content, and an origin behind it that echoes bodies;
 * what foreign clients are let loose on.
 */
final class Peers implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer origin;
  private final TestCertificates certificates;
  private final Path folder;
  private final TestNode node;

  Peers(Path folder) {
    this.folder = folder;
    certificates = TestCertificates.in(folder);
    try {
      Path root = Files.createDirectory(folder.resolve("www"));
      Files.write(root.resolve("large.bin"), noise(5 << 20));
      Files.writeString(root.resolve("page.html"), "<p>" + "hello, ".repeat(2_000) + "</p>");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    origin =
        vertx
            .createHttpServer(new HttpServerOptions().setHandle100ContinueAutomatically(true))
            .requestHandler(Peers::echo)
            .listen(0, "127.0.0.1")
            .await();
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 2}
            telemetry: {accessLog: {format: off}}
            listeners:
              - {name: http, bind: "127.0.0.1:0", protocols: [http/1.1, h2c]}
              - {name: https, bind: "127.0.0.1:0", protocols: [http/1.1, h2], %s}
            upstreams: [{name: u, backends: [{address: "http://127.0.0.1:%d"}], connections: {perBackend: 1000}}]
            routes:
              - {name: files, match: {path: /files}, compress: {}, files: {root: "%s"}}
              - {name: all, proxy: {upstream: u}}
            """
                .formatted(certificates.listenerKey(), origin.actualPort(), folder.resolve("www")));
  }

  private static void echo(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body ->
                request
                    .response()
                    .putHeader("X-Method", request.method().name())
                    .putHeader("X-Length", Integer.toString(body.length()))
                    .end(body.length() == 0 ? Buffer.buffer("hello") : body));
  }

  /** The same bytes for the same size. */
  static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  Path folder() {
    return folder;
  }

  String trusted() {
    return certificates.files().authority().toString();
  }

  String http(String path) {
    return "http://localhost:" + node.port("http") + path;
  }

  String https(String path) {
    return "https://localhost:" + node.port("https") + path;
  }

  @Override
  public void close() {
    node.close();
    origin.close().await();
    vertx.close().await();
  }
}
