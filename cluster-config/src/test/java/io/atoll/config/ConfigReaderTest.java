package io.atoll.config;

import static io.atoll.config.Configs.errors;
import static io.atoll.config.Configs.loaded;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
  private static final String SMALLEST =
      """
      listeners:
        - {name: http, bind: "127.0.0.1:8080"}
      routes:
        - {name: hello, respond: {body: hello}}
      """;

  @Test
  void aFileNeedsOnlyListenersAndRoutes() {
    assertThat(loaded(SMALLEST).routes()).hasSize(1);
  }

  @Test
  void anEmptyFileLacksBoth() {
    assertThat(errors(""))
        .containsExactly(
            "1:1: listeners: required, but not given", "1:1: routes: required, but not given");
  }

  @Test
  void everyErrorIsFoundInOneGo() {
    assertThat(errors(Configs.resource("bad.yaml")))
        .containsExactlyElementsOf(Configs.resource("bad.errors").lines().toList());
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a: [1, 2                | 2:1: .: not YAML: while parsing a flow sequence: expected ',' or"
            + " ']', but got <stream end>",
        "`a: b: c`               | 1:5: .: not YAML: mapping values are not allowed here",
        "- a                     | 1:1: .: expected a mapping, found a list",
        "text                    | 1:1: .: expected a mapping, found 'text'",
        "a: *nowhere             | 1:4: .: not YAML: found undefined alias nowhere",
        "[a]: 1                  | 1:1: .: not YAML: Non scalar key is detected but it is not"
            + " configured to be allowed.",
      })
  void whatIsNoYamlSaysWhere(String text, String error) {
    assertThat(errors(text + "\n")).first().isEqualTo(error);
  }

  @Test
  void twoDocumentsAreOneTooMany() {
    assertThat(errors("a: 1\n---\nb: 2\n")).hasSize(1).first().asString().startsWith("2:1: .: not");
  }

  @Test
  void nestingIsLimited() {
    assertThat(errors("a: " + "[".repeat(100_000)))
        .containsExactly("1:35: .: not YAML: nested deeper than 32");
  }

  @Test
  void aliasesOfAliasesAreLimited() {
    StringBuilder laughs = new StringBuilder("l0: &l0 [x, x]\n");
    for (int i = 1; i <= 25; i++) {
      laughs.append("l%d: &l%d [*l%d, *l%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(errors(laughs.toString())).hasSize(1).first().asString().contains("too much");
  }

  @Test
  void anAliasInsideItselfIsRefused() {
    assertThat(errors("a: &a [*a]\n")).hasSize(1).first().asString().contains("too much");
  }

  @Test
  void sizeIsLimited() {
    assertThat(errors("# " + "x".repeat(1 << 20)))
        .hasSize(1)
        .first()
        .asString()
        .contains("larger than 1MiB");
  }

  @Test
  void anAnchorSharesWhatIsSaidOnce() {
    EdgeConfig config =
        loaded(
            """
            listeners:
              - {name: a, bind: "127.0.0.1:1", limits: &few {connections: 7}}
              - {name: b, bind: "127.0.0.1:2", limits: *few}
            routes:
              - {name: hello, respond: {}}
            """);
    assertThat(config.listeners()).allMatch(listener -> listener.limits().connections() == 7);
  }

  @Test
  void variablesComeFromTheEnvironment() {
    String yaml =
        """
        node: {id: "${ID}", eventLoops: "${LOOPS:-3}"}
        listeners: [{name: http, bind: "${HOST:-127.0.0.1}:${PORT}"}]
        routes:
          - name: hello
            respond: {body: "$${ID} ${node.id} $1 $$", status: "${EMPTY:-}"}
        """;
    assertThat(Configs.read(yaml, Map.of("ID", "n-1", "PORT", "80", "HOST", "", "EMPTY", "")))
        .isInstanceOfSatisfying(
            ConfigReader.Loaded.class,
            loaded -> {
              EdgeConfig config = loaded.config();
              assertThat(config.node().id()).isEqualTo("n-1");
              assertThat(config.node().eventLoops()).isEqualTo(3);
              assertThat(config.listeners().getFirst().bind())
                  .isEqualTo(new HostPort("127.0.0.1", 80));
              assertThat(config.routes().getFirst().respond())
                  .isEqualTo(
                      new RouteConfig.Respond(
                          200, "${ID} ${node.id} $1 $$", "text/plain; charset=utf-8"));
            });
  }

  @Test
  void anUnsetVariableIsAnError() {
    assertThat(errors(SMALLEST + "node: {id: \"${ID}\"}\n"))
        .contains(
            "5:12: node.id: the environment variable ID is not set; ${ID:-…} gives a default");
  }

  @Test
  void whatAVariableHoldsIsNotShown() {
    assertThat(errors(SMALLEST + "node: {eventLoops: \"${LOOPS}\"}\n", Map.of("LOOPS", "hush")))
        .containsExactly(
            "5:20: node.eventLoops: expected a whole number, found '${LOOPS}' (from the"
                + " environment)");
  }

  @Test
  void aSecretIsNeverShown() {
    String hush = "hush-hush";
    for (String secret : List.of(hush, "[" + hush + "]", "{a: " + hush + "}", "!x " + hush)) {
      String yaml = SMALLEST + "cluster: {bind: \"127.0.0.1:5701\", secret: " + secret + "}\n";
      assertThat(errors(yaml)).isNotEmpty().noneMatch(error -> error.contains(hush));
    }
  }

  @Test
  void oneLineIsOneError() {
    assertThat(errors(SMALLEST + "\"a\\nb\\u001b[31m\": 1\n"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("5:1: a?b?[31m: unknown key");
  }

  @Test
  void pathsAreRelativeToTheFile(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("token"), "t");
    Path file =
        Files.writeString(
            folder.resolve("x.yaml"),
            SMALLEST + "admin: {tokenFile: token}\ntelemetry: {accessLog: {output: access.log}}\n");
    assertThat(ConfigReader.read(file, _ -> null))
        .isInstanceOfSatisfying(
            ConfigReader.Loaded.class,
            loaded -> {
              EdgeConfig config = loaded.config();
              assertThat(config.admin().tokenFile()).isEqualTo(folder.resolve("token"));
              assertThat(config.telemetry().accessLog().output())
                  .isEqualTo(new LogOutput(folder.resolve("access.log")));
            });
  }

  @Test
  void aFileThatCantBeReadIsAnErrorToo(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing.yaml");
    assertThat(ConfigReader.read(missing, _ -> null))
        .isEqualTo(rejected(missing, "there is no such file"));
    Path latin =
        Files.write(folder.resolve("l.yaml"), "a: ü".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(ConfigReader.read(latin, _ -> null))
        .isEqualTo(rejected(latin, "expected UTF-8, found other bytes"));
  }

  private static ConfigReader.Rejected rejected(Path file, String message) {
    return new ConfigReader.Rejected(List.of(new ConfigError(file.toString(), 1, 1, ".", message)));
  }

  @Test
  void theContractsOwnExampleIsRefusedOnlyForWhatIsPlanned(@TempDir Path folder)
      throws IOException {
    Files.createDirectories(folder.resolve("tls"));
    Files.createDirectories(folder.resolve("www"));
    Files.createDirectories(folder.resolve("lists"));
    for (String name :
        List.of(
            "tls/shop.pem",
            "tls/shop.key",
            "tls/backends-ca.pem",
            "tls/clients-ca.pem",
            "admin.token",
            "lists/office.txt")) {
      Files.writeString(folder.resolve(name), "");
    }
    Path file = Files.writeString(folder.resolve("c.yaml"), Configs.resource("contract.yaml"));
    Map<String, String> environment =
        Map.of("ATOLL_CLUSTER_SECRET", "thirty-two bytes at the very least");
    assertThat(ConfigReader.read(file, environment::get))
        .isInstanceOfSatisfying(
            ConfigReader.Rejected.class,
            rejected ->
                assertThat(
                        rejected.errors().stream()
                            .map(e -> e.toString().substring(e.file().length() + 1)))
                    .containsExactlyElementsOf(
                        Configs.resource("contract.errors").lines().toList()));
  }
}
