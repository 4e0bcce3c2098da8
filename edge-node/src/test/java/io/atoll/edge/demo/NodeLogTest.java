package io.atoll.edge.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeLogTest {
  private static final String LOG =
      """
      ready https=127.0.0.1:8443
      2026-11-29T12:25:52.192Z INFO UpstreamHealth - cart/127.0.0.1:8544 is unhealthy now; this node's last check: connection refused
      2026-11-29T12:25:52.198Z INFO Ejections - shop/127.0.0.1:8544 is left alone for PT10S: connect_failure
      2026-11-29T12:25:52.200Z INFO UpstreamHealth - shop/127.0.0.1:8544 is unhealthy now; this node's last check: connection refused
      2026-11-29T12:25:58.204Z INFO UpstreamHealth - shop/127.0.0.1:8544 is healthy now; this node's last check: 200
      2026-11-29T12:25:58.205Z INFO Ejections - shop/127.0.0.1:8544 is used again
      java.net.SocketException: Connection reset
      2026-11-29T12:26:07.001Z INFO UpstreamHealth - shop/127.0.0.1:8544 is unhealthy now; this node's last check: timeout
      """;

  @TempDir private Path directory;

  private NodeLog log;

  @BeforeEach
  void write() throws IOException {
    log = new NodeLog(Files.writeString(directory.resolve("node-0.log"), LOG));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-29T12:25:00Z,2026-11-29T12:25:52.198Z",
    "2026-11-29T12:25:52.198999Z,2026-11-29T12:25:52.198Z",
    "2026-11-29T12:25:52.199Z,2026-11-29T12:25:52.200Z",
    "2026-11-29T12:25:53Z,2026-11-29T12:26:07.001Z",
    "2026-11-29T12:26:08Z,",
  })
  void aBackendIsOutOnceItIsLeftAloneOrUnhealthy(Instant since, @Nullable Instant out)
      throws IOException {
    assertThat(log.outOfRotation("shop", "127.0.0.1:8544", since))
        .isEqualTo(Optional.ofNullable(out));
  }

  @Test
  void whatIsSaidOfOthersDoesNotCount() throws IOException {
    assertThat(log.outOfRotation("account", "127.0.0.1:8544", Instant.EPOCH)).isEmpty();
    assertThat(log.outOfRotation("shop", "127.0.0.1:854", Instant.EPOCH)).isEmpty();
  }
}
