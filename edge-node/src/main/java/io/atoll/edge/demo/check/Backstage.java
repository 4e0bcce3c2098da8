package io.atoll.edge.demo.check;

import io.atoll.edge.demo.DemoLayout.Node;
import io.atoll.edge.demo.DemoLayout.SampleBackend;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * The doors that clients don't use: the nodes' admin servers, and the origins behind them.
 * Thread-safe; calls block for ten seconds at most, a purge for twenty: the first look at a cold
 * node's metrics took 2.3 s on a machine that had a fifth of its two cores left.
 */
final class Backstage implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** While a member hangs, a purge may have to wait until it is given up. */
  private static final Duration PURGE_TIMEOUT = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
  private final String token;

  /**
   * Goes backstage.
   *
   * @param token of the admin API
   */
  Backstage(String token) {
    this.token = token;
  }

  /** A metric of a node now, summed over the samples with these labels among theirs. */
  double metric(Node node, String name, Map<String, String> labels)
      throws IOException, InterruptedException {
    String page = get(node.adminUrl() + "/metrics?name%5B%5D=" + name).body();
    return Metrics.parse(page, name).sum(name, labels);
  }

  /** Whether a node says that it should get traffic. */
  boolean ready(Node node) throws InterruptedException {
    try {
      return get(node.adminUrl() + "/readyz").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Purges at one node for the whole cluster.
   *
   * @param json the body of {@code POST /api/v1/purge}
   */
  void purge(Node node, String json) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(node.adminUrl() + "/api/v1/purge"))
            .timeout(PURGE_TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException("purge refused: " + response.statusCode() + " " + response.body());
    }
  }

  /** How often an origin was asked for a path under {@code /cached/}. */
  int fetches(SampleBackend origin, String path) throws IOException, InterruptedException {
    String query = URLEncoder.encode(path, StandardCharsets.UTF_8);
    String body = get("http://" + origin.authority() + "/_count?path=" + query).body();
    return Integer.parseInt(body.strip());
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
    return http.send(request, BodyHandlers.ofString());
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
