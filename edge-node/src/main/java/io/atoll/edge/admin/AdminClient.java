package io.atoll.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of a node's admin API. Every call blocks. Thread-safe. */
public final class AdminClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // a newer node may say more
          .changeDefaultPropertyInclusion(
              always -> always.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  /** Why a node did not do what it was asked. */
  public static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final URI admin;
  private final @Nullable String token;

  /**
   * A client of one node.
   *
   * @param admin its admin address, {@code http://127.0.0.1:9901} say
   * @param token that the node asks for; null: none
   */
  public AdminClient(URI admin, @Nullable String token) {
    this.admin = admin;
    this.token = token;
  }

  /**
   * A client that shows the token of a file.
   *
   * @throws IOException if the file can't be read
   */
  public static AdminClient of(URI admin, @Nullable Path tokenFile) throws IOException {
    return new AdminClient(admin, tokenFile == null ? null : Files.readString(tokenFile).strip());
  }

  /** Who forms the cluster. */
  public ClusterView cluster() throws IOException, InterruptedException {
    return read(get("/api/v1/cluster"), ClusterView.class);
  }

  /** All upstreams. */
  public List<UpstreamView> upstreams() throws IOException, InterruptedException {
    return List.of(read(get("/api/v1/upstreams"), UpstreamView[].class));
  }

  /** Purges on every node. */
  public PurgeReport purge(PurgeOrder order) throws IOException, InterruptedException {
    return read(post("/api/v1/purge", MAPPER.writeValueAsString(order)), PurgeReport.class);
  }

  /** Has all nodes drain a backend, or stop draining it. */
  public void drain(String upstream, String address, boolean draining)
      throws IOException, InterruptedException {
    post(
        "/api/v1/upstreams/"
            + encoded(upstream)
            + "/backends/"
            + encoded(address)
            + (draining ? "/drain" : "/undrain"),
        "");
  }

  /** Has the node read its configuration again. */
  public void reload() throws IOException, InterruptedException {
    post("/api/v1/reload", "");
  }

  @Override
  public void close() {
    http.close();
  }

  private String get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  private String post(String path, String json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(admin.resolve(path)).timeout(ANSWER);
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new Refused(reason(response));
    }
    return response.body();
  }

  /** A problem document in words, its list of errors on lines of their own. */
  private static String reason(HttpResponse<String> response) {
    try {
      JsonNode problem = MAPPER.readTree(response.body());
      StringBuilder reason = new StringBuilder();
      reason.append(response.statusCode()).append(": ");
      reason.append(problem.path("detail").asString("no reason given"));
      problem.path("errors").forEach(error -> reason.append('\n').append(error.asString("")));
      return reason.toString();
    } catch (JacksonException e) {
      return response.statusCode() + ": the answer is not an admin server's";
    }
  }

  private static <T> T read(String json, Class<T> type) throws IOException {
    try {
      return MAPPER.readValue(json, type);
    } catch (JacksonException e) {
      throw new IOException("the answer is not an admin server's", e);
    }
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
