package io.atoll.edge.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Prometheus's HTTP API. */
final class PrometheusApi implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final JsonMapper json = JsonMapper.builder().build();
  private final String root;

  PrometheusApi(int port) {
    this.root = "http://localhost:" + port + "/api/v1/";
  }

  /** The values of an instant query, one for each series. */
  List<Double> query(String expression) throws IOException, InterruptedException {
    List<Double> values = new ArrayList<>();
    JsonNode data = get("query?query=" + URLEncoder.encode(expression, UTF_8));
    for (JsonNode series : data.path("result")) {
      values.add(Double.parseDouble(series.at("/value/1").asString()));
    }
    return values;
  }

  /** How many targets of a job were scraped well. */
  long healthyTargets(String job) throws IOException, InterruptedException {
    return get("targets?state=active")
        .path("activeTargets")
        .valueStream()
        .filter(target -> target.at("/labels/job").asString().equals(job))
        .filter(target -> target.path("health").asString().equals("up"))
        .count();
  }

  /** The names of the alert rules it evaluates. */
  List<String> alertRules() throws IOException, InterruptedException {
    return get("rules?type=alert")
        .path("groups")
        .valueStream()
        .flatMap(group -> group.path("rules").valueStream())
        .map(rule -> rule.path("name").asString())
        .toList();
  }

  /** Why rules can't be evaluated; empty where all can. */
  List<String> failingRules() throws IOException, InterruptedException {
    return get("rules")
        .path("groups")
        .valueStream()
        .flatMap(group -> group.path("rules").valueStream())
        .filter(rule -> !rule.path("lastError").asString("").isEmpty())
        .map(rule -> rule.path("name").asString() + ": " + rule.path("lastError").asString())
        .toList();
  }

  @Override
  public void close() {
    client.close();
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(root + path)).build();
    String body = client.send(request, BodyHandlers.ofString()).body();
    JsonNode answer = json.readTree(body);
    if (!answer.path("status").asString().equals("success")) {
      throw new IOException(body);
    }
    return answer.path("data");
  }
}
