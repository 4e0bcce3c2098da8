package io.atoll.edge.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The overview dashboard, without a Grafana: queries, metrics, units and the grid. */
class DashboardTest {
  private static final Path FILE = Checkout.file("grafana/dashboards/overview.json");
  private static final int COLUMNS = 24;

  /** Each query becomes a recording rule, so that promtool parses it as Prometheus would. */
  @Test
  void everyQueryParses(@TempDir Path folder) throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n- name: queries\n  rules:\n");
    List<String> queries = queries();
    for (int i = 0; i < queries.size(); i++) {
      rules.append("  - record: query:").append(i).append("\n    expr: '");
      rules.append(queries.get(i).replace("'", "''")).append("'\n");
    }
    Path file = Files.writeString(folder.resolve("queries.yml"), rules);

    Program.Run run =
        new Program("promtool", folder, "prometheus").run("check", "rules", file.toString());

    assertThat(run.exit()).as(run.output()).isZero();
    assertThat(queries).hasSizeGreaterThan(50);
  }

  @Test
  void queriesAskOnlyForMetricsThatNodesPromise() throws IOException {
    for (String query : queries()) {
      assertThat(MetricNames.promised()).as(query).containsAll(MetricNames.in(query));
    }
  }

  @Test
  void everyMetricThatNodesPromiseIsShown() throws IOException {
    assertThat(MetricNames.in(String.join("\n", queries()))).containsAll(MetricNames.promised());
  }

  @Test
  void panelsHaveUnitsAndTheirOwnPlace() throws IOException {
    Set<Integer> ids = new HashSet<>();
    BitSet taken = new BitSet();
    for (JsonNode panel : Yaml.read(FILE).path("panels")) {
      String title = panel.path("title").asString();
      assertThat(ids.add(panel.path("id").asInt())).as("id of " + title).isTrue();
      for (int cell : cells(panel.path("gridPos"))) {
        assertThat(taken.get(cell)).as(title + " lies on another panel").isFalse();
        taken.set(cell);
      }
      if (Set.of("timeseries", "stat").contains(panel.path("type").asString())) {
        assertThat(panel.at("/fieldConfig/defaults/unit").asString()).as(title).isNotBlank();
      }
    }
  }

  @Test
  void theDataSourceIsTheOneProvisioned() throws IOException {
    JsonNode source =
        Yaml.read(Checkout.file("grafana/provisioning/datasources/prometheus.yml"))
            .at("/datasources/0");

    assertThat(Yaml.read(FILE).at("/templating/list/0/current/value").asString())
        .isEqualTo(source.path("uid").asString());
  }

  private static List<String> queries() throws IOException {
    List<String> queries = new ArrayList<>();
    for (JsonNode annotation : Yaml.read(FILE).at("/annotations/list")) {
      if (annotation.has("expr")) {
        queries.add(annotation.path("expr").asString());
      }
    }
    queries.addAll(panelQueries());
    return queries;
  }

  /** The queries of all panels, Grafana's variables replaced as it would. */
  static List<String> panelQueries() throws IOException {
    List<String> queries = new ArrayList<>();
    for (JsonNode panel : Yaml.read(FILE).path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        queries.add(target.path("expr").asString());
      }
    }
    return queries.stream()
        .map(query -> query.replace("$__rate_interval", "1m"))
        .map(query -> query.replaceAll("\\$(node|route|upstream)", ".*"))
        .toList();
  }

  private static List<Integer> cells(JsonNode place) {
    List<Integer> cells = new ArrayList<>();
    for (int y = place.path("y").asInt(); y < end(place, "y", "h"); y++) {
      for (int x = place.path("x").asInt(); x < end(place, "x", "w"); x++) {
        cells.add(y * COLUMNS + x);
      }
    }
    return cells;
  }

  private static int end(JsonNode place, String from, String size) {
    return place.path(from).asInt() + place.path(size).asInt();
  }
}
