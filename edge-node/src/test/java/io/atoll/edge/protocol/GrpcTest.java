package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atoll.config.UpstreamConfig.Protocol;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.testkit.TlsServerSide;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * gRPC by its own Java implementation, through a node: TLS from the client, either to the backend.
 */
class GrpcTest {
  private static final Metadata.Key<String> NOTE =
      Metadata.Key.of("note", Metadata.ASCII_STRING_MARSHALLER);
  private static final MethodDescriptor<String, String> UNARY = method(MethodType.UNARY, "Unary");
  private static final MethodDescriptor<String, String> DENIED = method(MethodType.UNARY, "Denied");
  private static final MethodDescriptor<String, String> UNKNOWN =
      method(MethodType.UNARY, "Unknown");
  private static final MethodDescriptor<String, String> HANGING =
      method(MethodType.UNARY, "Hanging");
  private static final MethodDescriptor<String, String> UP =
      method(MethodType.CLIENT_STREAMING, "Up");
  private static final MethodDescriptor<String, String> DOWN =
      method(MethodType.SERVER_STREAMING, "Down");
  private static final MethodDescriptor<String, String> BOTH =
      method(MethodType.BIDI_STREAMING, "Both");

  @TempDir private Path folder;

  @RegisterExtension private final Scene scene = new Scene();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @BeforeEach
  void createCertificates() throws IOException {
    TlsServerSide servers = new TlsServerSide(folder);
    servers.issue("edge", "localhost");
    servers.issue("backend", "shop.internal");
  }

  private static MethodDescriptor<String, String> method(MethodType type, String name) {
    return MethodDescriptor.newBuilder(new Text(), new Text())
        .setType(type)
        .setFullMethodName("atoll.Test/" + name)
        .build();
  }

  /** Messages as UTF-8. */
  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try (stream) {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("atoll.Test")
        .addMethod(
            UNARY,
            ServerCalls.asyncUnaryCall(
                (asked, answer) -> {
                  answer.onNext("you said " + asked);
                  answer.onCompleted();
                }))
        .addMethod(
            DENIED,
            ServerCalls.asyncUnaryCall(
                (_, answer) -> {
                  Metadata trailers = new Metadata();
                  trailers.put(NOTE, "not for you");
                  answer.onError(
                      Status.PERMISSION_DENIED
                          .withDescription("no: 100% sure")
                          .asRuntimeException(trailers));
                }))
        .addMethod(
            HANGING,
            ServerCalls.asyncUnaryCall(
                (_, answer) -> {
                  heard.add(Context.current().getDeadline() == null ? "no deadline" : "a deadline");
                  ((ServerCallStreamObserver<String>) answer)
                      .setOnCancelHandler(() -> heard.add("cancelled"));
                }))
        .addMethod(
            UP,
            ServerCalls.asyncClientStreamingCall(
                answer ->
                    new Observer(
                        heard,
                        () -> {
                          answer.onNext("all heard");
                          answer.onCompleted();
                        })))
        .addMethod(
            DOWN,
            ServerCalls.asyncServerStreamingCall(
                (asked, answer) -> {
                  for (int i = 0; i < Integer.parseInt(asked); i++) {
                    answer.onNext("part " + i);
                  }
                  answer.onCompleted();
                }))
        .addMethod(
            BOTH,
            ServerCalls.asyncBidiStreamingCall(
                answer ->
                    new Observer(heard, answer::onCompleted) {
                      @Override
                      public void onNext(String message) {
                        answer.onNext("echo " + message);
                      }
                    }))
        .build();
  }

  /** Writes down what it is told. */
  private static class Observer implements StreamObserver<String> {
    private final BlockingQueue<String> told;
    private final Runnable completed;

    Observer(BlockingQueue<String> told, Runnable completed) {
      this.told = told;
      this.completed = completed;
    }

    @Override
    public void onNext(String message) {
      told.add(message);
    }

    @Override
    public void onError(Throwable failure) {
      told.add("error " + Status.fromThrowable(failure).getCode());
    }

    @Override
    public void onCompleted() {
      completed.run();
    }
  }

  private ManagedChannel channel(Protocol protocol) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service());
    if (protocol == Protocol.H2) {
      builder.useTransportSecurity(
          folder.resolve("backend.pem").toFile(), folder.resolve("backend.key").toFile());
    }
    Server server = builder.build().start();
    scene.open((AutoCloseable) () -> server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS));
    TestNode node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 1}
            telemetry: {accessLog: {format: off}}
            listeners:
              - name: https
                bind: "127.0.0.1:0"
                protocols: [h2]
                tls: {certificates: [{certificate: %1$s/edge.pem, privateKey: %1$s/edge.key}]}
            upstreams: [{name: u, %2$s, backends: [{address: "http://127.0.0.1:%3$d"}]}]
            routes: [{name: all, match: {path: /}, proxy: {upstream: u}}]
            """
                .formatted(
                    folder,
                    protocol == Protocol.H2
                        ? "protocol: h2, tls: {trust: %s/ca.pem, serverName: shop.internal}"
                            .formatted(folder)
                        : "protocol: h2c",
                    server.getPort()));
    scene.open(node);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("localhost", node.port("https"))
            .sslContext(
                GrpcSslContexts.forClient().trustManager(folder.resolve("ca.pem").toFile()).build())
            .build();
    scene.open((AutoCloseable) () -> channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS));
    return channel;
  }

  private static CallOptions patient() {
    return CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private static String next(BlockingQueue<String> of) throws InterruptedException {
    String next = of.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C"})
  void unary(Protocol protocol) throws Exception {
    assertThat(ClientCalls.blockingUnaryCall(channel(protocol), UNARY, patient(), "hello"))
        .isEqualTo("you said hello");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C"})
  void clientStreaming(Protocol protocol) throws Exception {
    StreamObserver<String> up =
        ClientCalls.asyncClientStreamingCall(
            channel(protocol).newCall(UP, patient()),
            new Observer(seen, () -> seen.add("completed")));

    up.onNext("one");
    assertThat(next(heard)).as("before there is an end").isEqualTo("one");
    up.onNext("two");
    assertThat(next(heard)).isEqualTo("two");
    up.onCompleted();

    assertThat(next(seen)).isEqualTo("all heard");
    assertThat(next(seen)).isEqualTo("completed");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C"})
  void serverStreaming(Protocol protocol) throws Exception {
    Iterator<String> down =
        ClientCalls.blockingServerStreamingCall(channel(protocol), DOWN, patient(), "1000");

    int parts = 0;
    while (down.hasNext()) {
      assertThat(down.next()).isEqualTo("part " + parts);
      parts++;
    }
    assertThat(parts).isEqualTo(1000);
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C"})
  void bidirectionalStreaming(Protocol protocol) throws Exception {
    StreamObserver<String> up =
        ClientCalls.asyncBidiStreamingCall(
            channel(protocol).newCall(BOTH, patient()),
            new Observer(seen, () -> seen.add("completed")));

    for (int i = 0; i < 10; i++) {
      up.onNext("ping " + i);
      assertThat(next(seen)).isEqualTo("echo ping " + i);
    }
    up.onCompleted();

    assertThat(next(seen)).isEqualTo("completed");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C"})
  void aStatusAndItsTrailersReachTheClient(Protocol protocol) throws Exception {
    ManagedChannel channel = channel(protocol);

    assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, DENIED, patient(), "x"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused -> {
              assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
              assertThat(refused.getStatus().getDescription()).isEqualTo("no: 100% sure");
              assertThat(refused.getTrailers()).isNotNull();
              assertThat(refused.getTrailers().get(NOTE)).isEqualTo("not for you");
            });
    assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, UNKNOWN, patient(), "x"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C"})
  void trailersAreNotTakenForTheHead(Protocol protocol) throws Exception {
    AtomicReference<Metadata> head = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    ClientInterceptor capture = MetadataUtils.newCaptureMetadataInterceptor(head, trailers);

    ClientCalls.blockingUnaryCall(
        io.grpc.ClientInterceptors.intercept(channel(protocol), capture), UNARY, patient(), "x");

    Metadata.Key<String> via = Metadata.Key.of("via", Metadata.ASCII_STRING_MARSHALLER);
    assertThat(head.get().containsKey(via)).isTrue();
    assertThat(trailers.get().containsKey(via)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C"})
  void aDeadlineReachesTheBackendAndEndsTheCallThere(Protocol protocol) throws Exception {
    ManagedChannel channel = channel(protocol);
    ClientCalls.blockingUnaryCall(channel, UNARY, patient(), "warm");

    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(
                    channel,
                    HANGING,
                    CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS),
                    "x"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            late ->
                assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));

    assertThat(next(heard)).isEqualTo("a deadline");
    assertThat(next(heard)).isEqualTo("cancelled");
  }

  @ParameterizedTest
  @EnumSource(names = {"H2", "H2C"})
  void aCallThatTheClientGivesUpIsCancelledAtTheBackendAndNoOther(Protocol protocol)
      throws Exception {
    ManagedChannel channel = channel(protocol);
    StreamObserver<String> other =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(BOTH, patient()), new Observer(seen, () -> seen.add("completed")));
    other.onNext("before");
    assertThat(next(seen)).isEqualTo("echo before");
    var hanging = channel.newCall(HANGING, CallOptions.DEFAULT);
    var answer = ClientCalls.futureUnaryCall(hanging, "x");
    assertThat(next(heard)).isEqualTo("no deadline");

    answer.cancel(true);

    assertThat(next(heard)).isEqualTo("cancelled");
    other.onNext("after");
    assertThat(next(seen)).isEqualTo("echo after");
    other.onCompleted();
    assertThat(next(seen)).isEqualTo("completed");
  }
}
