package io.atoll.bench.cluster;

import io.atoll.edge.demo.ChildProcess;
import io.atoll.edge.demo.JavaCommand;
import io.atoll.edge.demo.NodeLog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The nodes of a cluster, each a process of its own, on loopback. They end with this. */
final class Nodes implements AutoCloseable {
  private static final int LISTENER = 19_200;
  private static final int ADMIN = 19_220;
  private static final int MEMBER = 19_240;
  private static final Duration TO_START = Duration.ofMinutes(2);

  private final Path directory;
  private final List<ChildProcess> processes = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Path> files = new ArrayList<>();

  private Nodes(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts nodes and waits until each serves and knows all others.
   *
   * @param directory for configurations and logs
   * @param count one or more
   * @param upstreams the items of {@code upstreams}, as in a file; the route is to the first
   * @param wrap goes before the command of the first node; empty for nothing
   */
  static Nodes start(Path directory, int count, String upstreams, List<String> wrap)
      throws IOException, InterruptedException {
    Nodes nodes = new Nodes(directory);
    byte[] secret = new byte[32];
    new SplittableRandom().nextBytes(secret);
    String text = Base64.getEncoder().encodeToString(secret);
    String members =
        IntStream.range(0, count)
            .mapToObj(i -> "\"127.0.0.1:" + (MEMBER + i) + "\"")
            .collect(Collectors.joining(", "));
    for (int i = 0; i < count; i++) {
      Path file = directory.resolve("node-" + i + ".yaml");
      Files.writeString(file, yaml(i, count, text, members, upstreams));
      nodes.files.add(file);
      nodes.processes.add(nodes.launch(i, i == 0 ? wrap : List.of()));
    }
    for (ChildProcess process : nodes.processes) {
      process.awaitReady(TO_START);
    }
    for (int i = 0; i < count; i++) {
      nodes.awaitMembers(i, count);
    }
    return nodes;
  }

  private static String yaml(
      int number, int count, String secret, String members, String upstreams) {
    String cluster =
        count == 1
            ? ""
            : """
            cluster:
              name: show
              secret: %s
              bind: 127.0.0.1:%d
              discovery: {members: [%s]}
            """
                .formatted(secret, MEMBER + number, members);
    return cluster
        + """
        node: {id: node-%d, drain: {delay: 0s, timeout: 2s}}
        admin: {bind: "127.0.0.1:%d"}
        listeners:
          - {name: http, bind: "127.0.0.1:%d", limits: {connectionsPerClient: 20000}}
        upstreams:
        %s
        routes:
          - {name: all, proxy: {upstream: shop}}
        telemetry: {accessLog: {format: "off"}}
        """
            .formatted(
                number, ADMIN + number, LISTENER + number, upstreams.indent(2).stripTrailing());
  }

  private ChildProcess launch(int number, List<String> wrap) {
    List<String> command = new ArrayList<>(wrap);
    command.addAll(
        JavaCommand.of(
            List.of("-Xmx192m", "-XX:TieredStopAtLevel=1"),
            List.of("run", "--config", files.get(number).toString())));
    String name = "node-" + number;
    return ChildProcess.start(name, directory.resolve(name + ".log"), command);
  }

  private void awaitMembers(int number, int count) throws IOException, InterruptedException {
    boolean seen =
        Pause.until(
            () ->
                new JsonObject(admin(number, "/api/v1/cluster")).getJsonArray("members").size()
                    >= count,
            TO_START);
    if (!seen) {
      throw new IllegalStateException("node-" + number + " does not see " + count + " members");
    }
  }

  /** How many there are, dead or alive. */
  int count() {
    return processes.size();
  }

  /** Where clients reach them. */
  List<Integer> ports() {
    return IntStream.range(0, count()).mapToObj(i -> LISTENER + i).toList();
  }

  /** What the admin server of a node says to a GET. */
  String admin(int number, String path) throws IOException, InterruptedException {
    return send(number, HttpRequest.newBuilder().GET(), path);
  }

  /** POSTs to the admin server of a node; it must be answered by 2xx. */
  void order(int number, String path, String json) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    String _ = send(number, request, path);
  }

  /** DELETEs at the admin server of a node; it must be answered by 2xx. */
  void delete(int number, String path) throws IOException, InterruptedException {
    String _ = send(number, HttpRequest.newBuilder().DELETE(), path);
  }

  private String send(int number, HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + (ADMIN + number) + path);
    HttpResponse<String> response =
        http.send(
            request.uri(uri).timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(uri + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  /** Whether a node has a backend in rotation. */
  boolean inRotation(int number, Origin origin) throws IOException, InterruptedException {
    for (Object upstream : new JsonArray(admin(number, "/api/v1/upstreams"))) {
      for (Object backend : ((JsonObject) upstream).getJsonArray("backends")) {
        JsonObject known = (JsonObject) backend;
        if (known.getString("address").equals(origin.authority())) {
          return known.getBoolean("inRotation");
        }
      }
    }
    return false;
  }

  /** What a node logs. */
  NodeLog nodeLog(int number) {
    return new NodeLog(processes.get(number).log());
  }

  /** The sum of a counter's or gauge's samples at a node whose names and labels contain a text. */
  double metric(int number, String name, String labels) throws IOException, InterruptedException {
    return admin(number, "/metrics?name[]=" + name)
        .lines()
        .filter(line -> line.startsWith(name) && line.contains(labels))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Ends a node as a machine does that loses its power. */
  void kill(int number) throws InterruptedException {
    processes.get(number).kill();
  }

  @Override
  public void close() {
    processes.forEach(ChildProcess::terminate);
    processes.forEach(ChildProcess::close);
    http.close();
  }
}
