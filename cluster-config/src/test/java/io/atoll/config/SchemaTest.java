package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
  private static final Path FILE =
      Path.of("src/main/resources/io/atoll/config/edge.schema.json").toAbsolutePath();
  private static final String START =
      """
      listeners: [{name: http, bind: "127.0.0.1:80"}]
      routes: [{name: hello, respond: {}}]
      """;

  private final Schema schema =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(SchemaWriter.schema());

  @Test
  void theFileIsTheOneMadeFromTheRecords() throws IOException {
    Generated.check(FILE, SchemaWriter.schema());
  }

  @Test
  void itIsASchema() {
    Schema meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(
                com.networknt.schema.SchemaLocation.of(
                    "https://json-schema.org/draft/2020-12/schema"));
    assertThat(meta.validate(SchemaWriter.schema(), InputFormat.JSON)).isEmpty();
  }

  @Test
  void whatTheReaderTakesItTakes() {
    assertThat(errors(START)).isEmpty();
    assertThat(errors(Configs.resource("full.yaml"))).isEmpty();
    assertThat(errors(START + "node: {eventLoops: \"${LOOPS}\", id: null}")).isEmpty();
  }

  @Test
  void whatIsInForceIsValidToo() {
    EdgeConfig config = Configs.loaded(Configs.resource("full.yaml"));
    assertThat(schema.validate(ConfigDump.json(config), InputFormat.JSON)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node: {ids: x}",
        "node: {eventLoops: many}",
        "node: {drain: {delay: 5}}",
        "node: {zone: [a]}",
        "cluster: {onPartition: maybe}",
        "cluster: {discovery: {kubernetes: {}}}",
        "cluster: {discovery: {dns: {port: 1}}}",
        "cache: {l1: {size: 1KB}}",
        "upstreams: [{backends: []}]",
        "upstreams: [{name: shop, backends: [{address: \"ftp://x:1\"}]}]",
        "rateLimits: [{name: x, key: clientIp, rate: 5}]",
      })
  void whatTheReaderRefusesItRefuses(String more) {
    assertThat(errors(START + more + "\n")).isNotEmpty();
    assertThat(Configs.errors(START + more + "\n")).isNotEmpty();
  }

  private List<Error> errors(String yaml) {
    return schema.validate(yaml, InputFormat.YAML);
  }
}
