package io.atoll.edge.health.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.health.ProbeResult;
import io.atoll.edge.testkit.H2Backend;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestCertificates;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against gRPC's own Java implementation, and against what no server of gRPC would say. */
class GrpcProbeTest {
  private static final String SERVING = "\0\0\0\0\2\10\1";
  private static final String NOT_SERVING = "\0\0\0\0\2\10\2";

  @RegisterExtension private final Scene scene = new Scene();
  private final Checked checks = scene.open(new Checked());

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"1, true, SERVING", "2, false, NOT_SERVING", "0, false, UNKNOWN"})
  void aServerSaysHowItIs(int status, boolean passes, String reason) throws IOException {
    Server server = grpc(null, (_, answer) -> answer(answer, status));

    assertThat(check(server.getPort(), "")).isEqualTo(new ProbeResult(passes, reason));
  }

  @Test
  void aServerIsAskedAboutTheServiceWithinTheDeadline() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    TestCertificates certificates = TestCertificates.in(folder);
    Server server =
        grpc(
            certificates,
            (asked, answer) -> {
              long left =
                  Objects.requireNonNull(Context.current().getDeadline())
                      .timeRemaining(TimeUnit.MILLISECONDS);
              heard.add(new String(asked, StandardCharsets.UTF_8));
              heard.add(left > 0 && left <= 10_000 ? "in time" : "in " + left + " ms");
              answer(answer, 1);
            });
    String upstream = "protocol: h2\n" + certificates.upstreamKey();

    ProbeResult result =
        checks.check(
            server.getPort(),
            "healthCheck: {type: grpc, service: shop.Orders, timeout: 10s}\n" + upstream);

    assertThat(result).isEqualTo(new ProbeResult(true, "SERVING"));
    assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("\n\13shop.Orders");
    assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("in time");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOT_FOUND", "UNAVAILABLE", "PERMISSION_DENIED"})
  void aCallThatFailsSaysWhy(Status.Code code) throws IOException {
    Server server = grpc(null, (_, answer) -> answer.onError(code.toStatus().asRuntimeException()));

    assertThat(check(server.getPort(), "")).isEqualTo(new ProbeResult(false, code.name()));
  }

  @Test
  void aServerWithoutTheHealthServiceFails() throws IOException {
    Server server = start(NettyServerBuilder.forAddress(loopback()));

    assertThat(check(server.getPort(), "")).isEqualTo(new ProbeResult(false, "UNIMPLEMENTED"));
  }

  @Test
  void aServerThatHangsIsGivenUpAndLearnsOfIt() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Server server =
        grpc(
            null,
            (_, answer) ->
                ((ServerCallStreamObserver<byte[]>) answer)
                    .setOnCancelHandler(() -> heard.add("cancelled")));

    assertThat(
            checks.check(
                server.getPort(), "healthCheck: {type: grpc, timeout: 500ms}\nprotocol: h2c"))
        .satisfies(
            result -> {
              assertThat(result.passed()).isFalse();
              assertThat(result.reason()).isIn("no answer within 500 ms", "DEADLINE_EXCEEDED");
            });
    assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("cancelled");
  }

  @Test
  void theRequestIsGrpcs() {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    H2Backend backend =
        backend(
            request -> {
              heard.add(
                  String.join(
                      " ",
                      request.head().method(),
                      request.path(),
                      request.head().scheme(),
                      request.head().authority(),
                      request.head().get("content-type"),
                      request.head().get("te"),
                      request.head().get("grpc-timeout"),
                      request.head().get("user-agent")));
              serving(request);
            });

    assertThat(check(backend.port(), ", host: orders.internal").passed()).isTrue();

    assertThat(heard)
        .containsExactly(
            "POST /grpc.health.v1.Health/Check http orders.internal application/grpc trailers"
                + " 10000m atoll-health");
    await().until(() -> backend.stillOpen() == 0);
    assertThat(backend.accepted()).isEqualTo(1);
  }

  @Test
  void whatIsNotServingButEndsWellFails() {
    H2Backend backend =
        backend(
            request ->
                request
                    .head("200", false, "content-type", "application/grpc+proto")
                    .data(NOT_SERVING, false)
                    .trailers("grpc-status", "0"));

    assertThat(check(backend.port(), "")).isEqualTo(new ProbeResult(false, "NOT_SERVING"));
  }

  @Test
  void aStatusInTheHeadIsTheWholeAnswer() {
    H2Backend backend =
        backend(
            request ->
                request.head("200", true, "content-type", "application/grpc", "grpc-status", "14"));

    assertThat(check(backend.port(), "")).isEqualTo(new ProbeResult(false, "UNAVAILABLE"));
  }

  @ParameterizedTest
  @CsvSource({
    "503, text/plain, , '503, which is not gRPC''s'",
    "200, text/html, 0, 'not gRPC, but text/html'",
    "200, application/grpc, , no grpc-status",
    "200, application/grpc, 99, grpc-status 99",
    "200, application/grpc, well, grpc-status well",
  })
  void whatIsNoAnswerOfGrpcFails(String http, String type, String status, String reason) {
    H2Backend backend =
        backend(
            request -> {
              request.head(http, false, "content-type", type).data(SERVING, status == null);
              if (status != null) {
                request.trailers("grpc-status", status);
              }
            });

    assertThat(check(backend.port(), "")).isEqualTo(new ProbeResult(false, reason));
    await().until(() -> backend.stillOpen() == 0);
  }

  @Test
  void aMessageWithoutEndFails() {
    H2Backend backend =
        backend(
            request ->
                request
                    .head("200", false, "content-type", "application/grpc")
                    .data("x".repeat(2000), false));

    assertThat(check(backend.port(), ""))
        .isEqualTo(new ProbeResult(false, "a message that is too long"));
  }

  @Test
  void aStreamThatIsResetFailsAtOnce() {
    H2Backend backend = backend(request -> request.reset(Http2Error.REFUSED_STREAM));

    assertThat(check(backend.port(), ""))
        .isEqualTo(new ProbeResult(false, "closed before the answer was whole"));
    await().until(() -> backend.stillOpen() == 0);
  }

  private static void serving(H2Backend.Request request) {
    request
        .head("200", false, "content-type", "application/grpc")
        .data(SERVING, false)
        .trailers("grpc-status", "0");
  }

  private H2Backend backend(Consumer<H2Backend.Request> script) {
    return scene.open(new H2Backend(new Http2Settings(), script));
  }

  private ProbeResult check(int port, String keys) {
    return checks.check(port, "healthCheck: {type: grpc, timeout: 10s" + keys + "}\nprotocol: h2c");
  }

  private static void answer(StreamObserver<byte[]> to, int status) {
    to.onNext(status == 0 ? new byte[0] : new byte[] {8, (byte) status});
    to.onCompleted();
  }

  private Server grpc(
      @Nullable TestCertificates certificates, BiConsumer<byte[], StreamObserver<byte[]>> check)
      throws IOException {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/Check")
            .build();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(loopback())
            .addService(
                ServerServiceDefinition.builder("grpc.health.v1.Health")
                    .addMethod(method, ServerCalls.asyncUnaryCall(check::accept))
                    .build());
    if (certificates != null) {
      builder.sslContext(
          GrpcSslContexts.forServer(
                  certificates.files().certificate().toFile(), certificates.files().key().toFile())
              .build());
    }
    return start(builder);
  }

  private Server start(NettyServerBuilder builder) throws IOException {
    return scene.open(builder.directExecutor().build().start(), Server::shutdownNow);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Messages as they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try (stream) {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
