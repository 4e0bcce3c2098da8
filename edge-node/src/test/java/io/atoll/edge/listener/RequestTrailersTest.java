package io.atoll.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.ConfigReader;
import io.atoll.config.EdgeConfig;
import io.atoll.config.ListenerConfig;
import io.atoll.edge.exchange.DecodedRequest;
import io.atoll.edge.exchange.Ingress;
import io.atoll.edge.exchange.Patience;
import io.atoll.edge.exchange.Peers;
import io.atoll.edge.telemetry.ListenerMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.atoll.edge.testkit.RawConnection;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Trailers of requests, which Vert.x's server would drop, are found at the request. */
class RequestTrailersTest {
  private static final String CHUNKED =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n";

  private static ListenerConfig config() {
    String yaml =
        """
        listeners: [{name: http, bind: "127.0.0.1:0"}]
        routes: [{name: all, match: {path: /}, respond: {body: fine}}]
        """;
    return switch (ConfigReader.parse(yaml, Path.of("test.yaml"), _ -> null)) {
      case ConfigReader.Loaded(EdgeConfig read) -> read.listeners().getFirst();
      case ConfigReader.Rejected rejected -> throw new AssertionError(rejected.errors());
    };
  }

  /** Answers with the trailers there are at a request's end, and says what there were before. */
  private static void serve(HttpServerRequest request) {
    MultiMap early = DecodedRequest.trailers(request);
    request.endHandler(
        _ -> {
          MultiMap trailers = DecodedRequest.trailers(request);
          String found = trailers == null ? "none" : String.join(",", trailers.getAll("t"));
          var _ = request.response().end((early == null ? "" : "early ") + found);
        });
  }

  @Test
  void trailersAreThereOnceTheRequestIsWholeAndBelongToItAlone() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      CompletableFuture<Listener> opened = new CompletableFuture<>();
      vertx.runOnContext(_ -> open(vertx, opened));
      int port = opened.get(10, TimeUnit.SECONDS).port();
      try (RawConnection client = new RawConnection(port)) {
        client.send(CHUNKED + "T: 1\r\nT: 2\r\n\r\n" + CHUNKED + "\r\n");
        assertThat(client.readResponse()).endsWith("\r\n\r\n1,2");
        assertThat(client.readResponse()).endsWith("\r\n\r\nnone");
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private static void open(Vertx vertx, CompletableFuture<Listener> opened) {
    ListenerConfig config = config();
    Admission admission =
        new Admission(config.limits(), new ListenerMeters(new Telemetry(), config.name()));
    Ingress ingress = new Ingress(config.name(), false, Long.MAX_VALUE, List.of(), null, null);
    Peers peers = new Peers(vertx, ingress, Patience.ENDLESS, System::nanoTime);
    Reception reception =
        new Reception(
            admission, peers, RequestTrailersTest::serve, RequestTrailersTest::serve, _ -> {});
    AddressTokens tokens = new AddressTokens(new byte[32], InstantSource.system());
    Listener.open(vertx, config, reception, tokens)
        .onSuccess(opened::complete)
        .onFailure(opened::completeExceptionally);
  }
}
