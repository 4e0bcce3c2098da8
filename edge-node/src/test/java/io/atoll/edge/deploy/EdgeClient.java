package io.atoll.edge.deploy;

import io.atoll.edge.testkit.Trust;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;

/** A client that trusts one authority, keeps cookies, and may ask any node. */
final class EdgeClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final HttpClient client;

  private EdgeClient(HttpClient client) {
    this.client = client;
  }

  static EdgeClient trusting(byte[] authority, HttpClient.Version version)
      throws GeneralSecurityException, IOException {
    return new EdgeClient(
        HttpClient.newBuilder()
            .sslContext(Trust.in(new ByteArrayInputStream(authority), new KeyManager[0]))
            .version(version)
            .cookieHandler(new Cookies())
            .connectTimeout(PATIENCE)
            .build());
  }

  /** Asks one node over TLS. */
  HttpResponse<String> get(ComposeEdge.Node node, String path)
      throws IOException, InterruptedException {
    return get("https://localhost:" + node.https() + path);
  }

  /** Asks one node in clear text. */
  HttpResponse<String> getPlain(ComposeEdge.Node node, String path)
      throws IOException, InterruptedException {
    return get("http://localhost:" + node.http() + path);
  }

  /**
   * Asks the nodes in turn, from the one given on, as a client does that got several addresses from
   * DNS.
   *
   * @throws IOException of the last, where none answers
   */
  HttpResponse<String> hop(List<ComposeEdge.Node> nodes, int first, String path)
      throws IOException, InterruptedException {
    IOException last = new IOException("no nodes");
    for (int i = 0; i < nodes.size(); i++) {
      try {
        return get(nodes.get((first + i) % nodes.size()), path);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  private HttpResponse<String> get(String uri) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(uri)).timeout(PATIENCE).build(), BodyHandlers.ofString());
  }
}
