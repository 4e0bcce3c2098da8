package io.atoll.edge.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Prometheus's configuration and alert rules, judged by promtool and by what on-call needs. */
class AlertRulesTest {
  private static final Path FOLDER = Checkout.file("grafana/prometheus");

  @Test
  void theConfigurationIsValid() throws Exception {
    assertSucceeds(
        new Program("promtool", FOLDER, "prometheus").run("check", "config", "prometheus.yml"));
  }

  @TestFactory
  Stream<DynamicTest> theRulesFireWhenTheyShouldAndOnlyThen() throws IOException {
    return Yaml.files(FOLDER.resolve("tests")).stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(),
                    () ->
                        assertSucceeds(
                            new Program("promtool", FOLDER, "prometheus")
                                .run("test", "rules", file.toString()))));
  }

  @TestFactory
  Stream<DynamicTest> everyAlertSaysHowBadWhatAndWhatToDo() throws IOException {
    String runbook = Files.readString(Checkout.file("docs/operations.md"));
    return alerts().stream()
        .map(
            alert ->
                DynamicTest.dynamicTest(
                    alert.path("alert").asString(),
                    () -> {
                      String name = alert.path("alert").asString();
                      assertThat(alert.at("/labels/severity").asString())
                          .isIn("critical", "warning");
                      assertThat(alert.at("/annotations/summary").asString()).isNotBlank();
                      assertThat(alert.at("/annotations/description").asString()).isNotBlank();
                      assertThat(alert.at("/annotations/runbook").asString())
                          .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
                      assertThat(runbook).contains("\n### " + name + "\n");
                    }));
  }

  @Test
  void everyAlertHasACaseInWhichItFires() throws IOException {
    Set<String> fired = new HashSet<>();
    for (Path file : Yaml.files(FOLDER.resolve("tests"))) {
      for (JsonNode test : Yaml.read(file).path("tests")) {
        for (JsonNode expected : test.path("alert_rule_test")) {
          if (!expected.path("exp_alerts").isEmpty()) {
            fired.add(expected.path("alertname").asString());
          }
        }
      }
    }

    assertThat(fired)
        .containsAll(alerts().stream().map(alert -> alert.path("alert").asString()).toList());
  }

  @Test
  void rulesAskOnlyForMetricsThatNodesPromise() throws IOException {
    for (JsonNode rule : rules()) {
      assertThat(MetricNames.promised()).containsAll(MetricNames.in(rule.path("expr").asString()));
    }
  }

  private static List<JsonNode> alerts() throws IOException {
    return rules().stream().filter(rule -> rule.has("alert")).toList();
  }

  private static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    for (Path file : Yaml.files(FOLDER.resolve("rules"))) {
      for (JsonNode group : Yaml.read(file).path("groups")) {
        group.path("rules").forEach(rules::add);
      }
    }
    return rules;
  }

  private static void assertSucceeds(Program.Run run) {
    assertThat(run.exit()).as(run.output()).isZero();
  }
}
