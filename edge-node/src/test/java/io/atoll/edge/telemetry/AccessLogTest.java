package io.atoll.edge.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** A log whose output fails loses lines, counts them, and goes on when it can. */
class AccessLogTest {
  private final Telemetry telemetry = new Telemetry();
  private final Disk disk = new Disk();

  /** A file on a disk that may be full. */
  private static final class Disk extends OutputStream {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile boolean full;

    OutputStream open() throws IOException {
      opened.incrementAndGet();
      return this;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
      if (full) {
        written.write(bytes, offset, length / 2); // as a disk does that fills up
        throw new IOException("No space left on device");
      }
      written.write(bytes, offset, length);
    }

    synchronized List<String> lines() {
      return written.toString(UTF_8).lines().toList();
    }
  }

  @Test
  void aFullDiskCostsTheLinesOfThatTimeOnly() throws Exception {
    try (AccessLog log = AccessLog.open(1, disk::open, telemetry)) {
      log.offer(entry("/before"));
      await().until(() -> disk.lines().size() == 1);
      disk.full = true;
      log.offer(entry("/lost"));
      await().until(() -> dropped() == 1);
      disk.full = false;
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                log.offer(entry("/after"));
                return disk.lines().stream().anyMatch(line -> line.contains("/after"));
              });
    }

    List<String> lines = disk.lines();
    assertThat(disk.opened).hasValue(2);
    assertThat(lines.getFirst()).contains("/before");
    assertThat(lines).filteredOn(line -> line.contains("/after")).allSatisfy(AccessLogTest::parses);
  }

  @Test
  void whatWasHandedOverIsWrittenAtTheEnd() throws Exception {
    try (AccessLog log = AccessLog.open(1, disk::open, telemetry)) {
      for (int i = 0; i < 2_000; i++) {
        log.offer(entry("/" + i));
      }
    }

    assertThat(disk.lines()).hasSize(2_000).allSatisfy(AccessLogTest::parses);
    assertThat(dropped()).isZero();
  }

  /** Half a pair of surrogates is no character, and no client can be kept from sending one. */
  @Test
  void aFieldThatIsNoTextEndsNothing() throws Exception {
    try (AccessLog log = AccessLog.open(1, disk::open, telemetry)) {
      log.offer(entry("/before"));
      log.offer(entry("/\ud800"));
      log.offer(entry("/after"));
    }

    assertThat(disk.lines()).hasSize(3 - (int) dropped()).allSatisfy(AccessLogTest::parses);
    assertThat(disk.lines().getLast()).contains("/after");
  }

  private double dropped() {
    return telemetry.counter("atoll.access.log.dropped").count();
  }

  private static void parses(String line) {
    assertThat(JsonMapper.shared().readTree(line).path("status").asInt()).isEqualTo(200);
  }

  private static AccessEntry entry(String path) {
    return new AccessEntry(
        0,
        "id",
        "127.0.0.1",
        "http",
        "HTTP/1.1",
        false,
        "GET",
        "shop",
        path,
        "shop",
        200,
        "ok",
        5,
        7,
        "127.0.0.1:9",
        1,
        null);
  }
}
