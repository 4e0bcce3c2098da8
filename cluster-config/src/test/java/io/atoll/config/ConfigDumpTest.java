package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfigDumpTest {
  private final EdgeConfig config = Configs.loaded(Configs.resource("full.yaml"));

  @Test
  void whatIsInForceReadsBackAsItself() {
    String secret = "thirty-two bytes at the very least";
    String dumped = ConfigDump.json(config).replace("\"***\"", "\"" + secret + "\"");
    assertThat(Configs.loaded(dumped)).isEqualTo(config);
  }

  @Test
  void secretsAreStars() {
    assertThat(ConfigDump.tree(config).at("/cluster/secret").stringValue()).isEqualTo("***");
    assertThat(ConfigDump.json(config)).doesNotContain("thirty-two");
    assertThat(config.toString()).doesNotContain("thirty-two");
  }

  @Test
  void theWordsAreTheFiles() {
    var tree = ConfigDump.tree(config);
    assertThat(tree.at("/listeners/0/protocols/0").stringValue()).isEqualTo("h2");
    assertThat(tree.at("/node/drain/delay").stringValue()).isEqualTo("500ms");
    assertThat(tree.at("/routes/0/match/path/exact").stringValue()).isEqualTo("/api");
    assertThat(tree.at("/routes/1/match/path").stringValue()).isEqualTo("/other/");
    assertThat(tree.at("/routes/1/cache/key/query").stringValue()).isEqualTo("none");
    assertThat(tree.at("/node/eventLoops").intValue()).isEqualTo(3);
  }
}
