package io.atoll.edge.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.ConfigReader;
import io.atoll.config.EdgeConfig;
import io.atoll.config.ListenerConfig;
import io.atoll.config.Rate;
import io.atoll.config.RateLimitConfig;
import io.atoll.config.UpstreamConfig;
import io.atoll.edge.demo.DemoLayout.Node;
import io.atoll.edge.tls.CertificateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoConfigurationTest {
  private final DemoLayout layout = DemoLayout.of(3, 8443, 9901, 5701);

  @TempDir private Path directory;

  @BeforeEach
  void writeWhatItNames() throws IOException {
    CertificateFiles.in(directory).create(List.of("localhost"), Clock.systemUTC());
    Files.writeString(directory.resolve("admin.token"), "token");
  }

  @Test
  void theLayoutIsTheContracts() {
    assertThat(layout.nodes())
        .containsExactly(
            new Node("node-0", 8443, 9901, 5701),
            new Node("node-1", 8444, 9902, 5702),
            new Node("node-2", 8445, 9903, 5703));
    assertThat(layout.totalWeight()).isEqualTo(6);
  }

  @Test
  void everyNodeReadsItsOwn() throws IOException {
    for (Node node : layout.nodes()) {
      EdgeConfig config = read(node, true);

      assertThat(config.node().id()).isEqualTo(node.id());
      assertThat(config.admin().bind()).hasToString("127.0.0.1:" + node.adminPort());
      assertThat(config.cluster().bind()).hasToString("127.0.0.1:" + node.memberPort());
      assertThat(config.listeners())
          .singleElement()
          .extracting(ListenerConfig::bind)
          .hasToString("127.0.0.1:" + node.port());
    }
  }

  @Test
  void originsHaveTheirWeightsInEveryUpstream() throws IOException {
    assertThat(read(layout.nodes().getFirst(), false).upstreams())
        .hasSize(3)
        .allSatisfy(
            upstream ->
                assertThat(upstream.backends())
                    .extracting(UpstreamConfig.Backend::weight)
                    .containsExactly(3, 2, 1));
  }

  @Test
  void theBudgetIsWhatTheCheckHoldsItTo() throws IOException {
    assertThat(read(layout.nodes().getFirst(), false).rateLimits())
        .singleElement()
        .satisfies(
            limit -> {
              assertThat(limit.rate()).isEqualTo(new Rate(100, Duration.ofSeconds(1)));
              assertThat(limit.burst()).isEqualTo(50);
              assertThat(limit.key()).isEqualTo(new RateLimitConfig.Header("X-Client"));
            });
  }

  private EdgeConfig read(Node node, boolean accessLog) throws IOException {
    String secret = "0123456789abcdef".repeat(4);
    String yaml =
        new DemoConfiguration(layout, "demo", secret, "admin.token", accessLog).yamlOf(node);
    Path file = Files.writeString(directory.resolve(node.id() + ".yaml"), yaml);
    return switch (ConfigReader.read(file, name -> null)) {
      case ConfigReader.Loaded loaded -> loaded.config();
      case ConfigReader.Rejected rejected -> throw new AssertionError(rejected.errors());
    };
  }
}
