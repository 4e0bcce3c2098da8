package io.atoll.edge.protocol;

import static io.atoll.edge.testkit.RawH2Connection.CONTINUATION;
import static io.atoll.edge.testkit.RawH2Connection.DATA;
import static io.atoll.edge.testkit.RawH2Connection.END_HEADERS;
import static io.atoll.edge.testkit.RawH2Connection.END_STREAM;
import static io.atoll.edge.testkit.RawH2Connection.GET;
import static io.atoll.edge.testkit.RawH2Connection.HEADERS;
import static io.atoll.edge.testkit.RawH2Connection.PING;
import static io.atoll.edge.testkit.RawH2Connection.POST;
import static io.atoll.edge.testkit.RawH2Connection.PRIORITY;
import static io.atoll.edge.testkit.RawH2Connection.RST_STREAM;
import static io.atoll.edge.testkit.RawH2Connection.SETTINGS;
import static io.atoll.edge.testkit.RawH2Connection.WINDOW_UPDATE;
import static io.atoll.edge.testkit.RawH2Connection.bytes;
import static io.atoll.edge.testkit.RawH2Connection.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.RawH2Connection;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.tls.CertificateFiles;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of HTTP/2 that send frames to have work done for nothing: the connection ends with the
 * error that RFC 9113 names, is counted, and others are served on the same event loop meanwhile.
 */
class Http2FloodTest {
  private static final int PROTOCOL_ERROR = 1;
  private static final int FLOW_CONTROL_ERROR = 3;
  private static final int FRAME_SIZE_ERROR = 6;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final int ADMIN = new FreePorts(1).next();

  @TempDir private static Path directory;

  private static TestNode node;

  @BeforeAll
  static void start() throws Exception {
    CertificateFiles.in(directory).create(List.of("localhost"), Clock.systemUTC());
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:%d"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners:
              - name: https
                bind: "127.0.0.1:0"
                protocols: [h2]
                limits: {headTimeout: 500ms}
                tls: {certificates: [{certificate: %s/server.pem, privateKey: %s/server.key}]}
            routes: [{name: all, match: {path: /}, respond: {body: fine}}]
            """
                .formatted(ADMIN, directory, directory));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static void assertCalmed(IntFunction<byte[]> frames) {
    assertEnds(ENHANCE_YOUR_CALM, "flood", frames);
  }

  /** Sends the frames of 1, 2, … until the node has enough, and asks as somebody else meanwhile. */
  private static void assertEnds(int error, String reason, IntFunction<byte[]> frames) {
    double counted = counted(reason);
    try (RawH2Connection attacker = connect();
        RawH2Connection other = connect()) {
      Thread flood = Thread.ofVirtual().start(() -> flood(attacker, frames));
      other.frame(HEADERS, END_HEADERS | END_STREAM, 1, GET);
      assertThat(other.next(HEADERS).stream()).isEqualTo(1);
      assertThat(attacker.goAwayOrReset()).isIn(error, -1); // the count below says which error
      assertThat(attacker.isClosedByPeer()).isTrue();
      other.frame(HEADERS, END_HEADERS | END_STREAM, 3, GET);
      assertThat(other.next(HEADERS).stream()).isEqualTo(3);
      flood.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    await().untilAsserted(() -> assertThat(counted(reason)).isEqualTo(counted + 1));
  }

  private static void flood(RawH2Connection attacker, IntFunction<byte[]> frames) {
    try {
      for (int i = 1; i < 200_000; ) {
        ByteArrayOutputStream some = new ByteArrayOutputStream();
        for (int last = i + 100; i < last; i++) {
          some.writeBytes(frames.apply(i));
        }
        attacker.write(some.toByteArray());
      }
    } catch (UncheckedIOException e) {
      // The node has had enough.
    }
  }

  private static RawH2Connection connect() {
    return new RawH2Connection(node.port("https")).preface();
  }

  private static byte[] both(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }

  /** CVE-2023-44487. */
  @Test
  void rapidResets() {
    assertCalmed(
        i ->
            both(
                bytes(HEADERS, END_HEADERS, 2 * i - 1, POST),
                bytes(RST_STREAM, 0, 2 * i - 1, number(8))));
  }

  /** CVE-2025-8671: the resets are the node's, for a window that is made larger by nothing. */
  @Test
  void resetsThatTheNodeIsMadeToSend() {
    assertCalmed(
        i ->
            both(
                bytes(HEADERS, END_HEADERS, 2 * i - 1, POST),
                bytes(WINDOW_UPDATE, 0, 2 * i - 1, number(0))));
  }

  @Test
  void settings() {
    assertCalmed(_ -> bytes(SETTINGS, 0, 0));
  }

  @Test
  void pings() {
    assertCalmed(_ -> bytes(PING, 0, 0, new byte[8]));
  }

  @Test
  void priorities() {
    assertCalmed(_ -> bytes(PRIORITY, 0, 1, new byte[] {0, 0, 0, 3, 1}));
  }

  @Test
  void unknownFrames() {
    assertCalmed(_ -> bytes(0x7f, 0, 0));
  }

  /** CVE-2026-33871. */
  @Test
  void emptyContinuations() {
    assertCalmed(i -> i == 1 ? bytes(HEADERS, 0, 1, GET) : bytes(CONTINUATION, 0, 1));
  }

  @Test
  void smallContinuations() {
    assertCalmed(i -> i == 1 ? bytes(HEADERS, 0, 1, GET) : bytes(CONTINUATION, 0, 1, (byte) 0x90));
  }

  @Test
  void largeContinuations() {
    byte[] field = new byte[8_000];
    field[0] = 0;
    field[1] = 1;
    field[2] = 'a';
    field[3] = 0x7f; // 127 and 7866: what is left of the block
    field[4] = (byte) 0xba;
    field[5] = 0x3d;
    assertEnds(
        PROTOCOL_ERROR,
        "connection_error",
        i -> i == 1 ? bytes(HEADERS, 0, 1, GET) : bytes(CONTINUATION, 0, 1, field));
  }

  @Test
  void emptyData() {
    assertCalmed(i -> i == 1 ? bytes(HEADERS, END_HEADERS, 1, POST) : bytes(DATA, 0, 1));
  }

  @Test
  void windowsOverTheirBound() {
    assertEnds(
        FLOW_CONTROL_ERROR,
        "connection_error",
        _ -> bytes(WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE)));
  }

  @Test
  void framesOverTheirSize() {
    assertEnds(FRAME_SIZE_ERROR, "connection_error", _ -> bytes(PING, 0, 0, new byte[17_000]));
  }

  @Test
  void aClientThatNeverCompletesItsFirstHeadIsCutOff() {
    double counted = counted("slow_head");
    try (RawH2Connection silent = connect();
        RawH2Connection unfinished = connect().frame(HEADERS, 0, 1, GET)) {
      assertThat(silent.isClosedByPeer()).isTrue();
      assertThat(unfinished.isClosedByPeer()).isTrue();
    }
    assertThat(counted("slow_head")).isEqualTo(counted + 2);
  }

  @Test
  void aClientThatSaysNothingAfterTlsIsCutOff() {
    try (RawH2Connection silent = new RawH2Connection(node.port("https"))) {
      assertThat(silent.isClosedByPeer()).isTrue();
    }
  }

  private static double counted(String reason) {
    String name = "atoll_http_rejected_total{reason=\"" + reason + "\"} ";
    try (RawConnection connection = new RawConnection(ADMIN)) {
      return connection
          .send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
          .readAll()
          .lines()
          .filter(line -> line.startsWith(name))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
          .sum();
    }
  }
}
