package io.atoll.edge.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.ClusterConfig.OnPartition;
import io.atoll.config.LogOutput;
import io.atoll.config.Rate;
import io.atoll.config.RateLimitConfig;
import io.atoll.config.RateLimitConfig.Mode;
import io.atoll.config.RouteConfig;
import io.atoll.config.TelemetryConfig;
import io.atoll.edge.answer.RespondHandler;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Filter;
import io.atoll.edge.exchange.Ingress;
import io.atoll.edge.exchange.Journal;
import io.atoll.edge.exchange.Patience;
import io.atoll.edge.exchange.Peers;
import io.atoll.edge.exchange.Pipeline;
import io.atoll.edge.exchange.Target;
import io.atoll.edge.ratelimit.BudgetKey;
import io.atoll.edge.ratelimit.BudgetLedger;
import io.atoll.edge.ratelimit.Debt;
import io.atoll.edge.ratelimit.Gcra;
import io.atoll.edge.ratelimit.Grant;
import io.atoll.edge.ratelimit.InProcessLedger;
import io.atoll.edge.ratelimit.LeaseBook;
import io.atoll.edge.telemetry.AccessLog;
import io.atoll.edge.telemetry.BudgetMeters;
import io.atoll.edge.telemetry.RouteMeters;
import io.atoll.edge.telemetry.Telemetry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The filter in front of a handler, on a real server. */
class RateLimitFilterTest {
  private static final Rate SLOW = new Rate(1, Duration.ofMinutes(1));

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Telemetry telemetry = new Telemetry();

  /** Time stands still: nothing is late, and nothing comes back. */
  private final BudgetLedger buckets = new InProcessLedger(() -> 0, 100);

  /** Answers a little later, on a thread of its own, as another node does. */
  private final BudgetLedger ledger =
      new BudgetLedger() {
        @Override
        public CompletionStage<Grant> take(BudgetKey key, Gcra bucket, int wanted, Debt owed) {
          return CompletableFuture.supplyAsync(() -> bucket, later())
              .thenCompose(same -> buckets.take(key, same, wanted, owed));
        }

        @Override
        public CompletionStage<?> giveBack(BudgetKey key, Gcra bucket, int tokens) {
          return buckets.giveBack(key, bucket, tokens);
        }

        private Executor later() {
          return CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS);
        }
      };

  private int port;

  @AfterEach
  void stop() {
    client.close();
    vertx.close().await();
  }

  private static RateLimitConfig limit(String name, RateLimitConfig.Key key, int burst) {
    return new RateLimitConfig(name, key, SLOW, burst, Mode.exact);
  }

  private void serve(RateLimitConfig... configs) throws IOException {
    Map<RateLimitConfig, LeaseBook> books = new LinkedHashMap<>();
    for (RateLimitConfig config : configs) {
      BudgetMeters meters = new BudgetMeters(telemetry, config.name());
      books.put(
          config,
          new LeaseBook(
              config, OnPartition.deny, ledger, () -> 1, () -> 0, (_, _) -> {}, meters, 100));
    }
    Pipeline pipeline =
        new Pipeline(
            "shop",
            new Filter[] {new RateLimitFilter(books)},
            new RespondHandler(new RouteConfig.Respond(200, "fine", "text/plain")),
            new RouteMeters(telemetry, "shop"));
    AccessLog off =
        AccessLog.open(
            new TelemetryConfig.AccessLog(
                TelemetryConfig.AccessLog.Format.off, LogOutput.STDOUT, 1.0),
            telemetry);
    Journal journal =
        new Journal(new LongAdder(), off, InstantSource.system(), System::nanoTime, () -> false);
    Ingress ingress = new Ingress("http", false, Long.MAX_VALUE, List.of(), null, null);
    Peers peers = new Peers(vertx, ingress, Patience.ENDLESS, System::nanoTime);
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    Exchange.begin(
                        request,
                        vertx.getOrCreateContext(),
                        pipeline,
                        ingress,
                        peers.connected(request.connection()),
                        new Target(
                            "localhost",
                            "localhost",
                            java.util.Objects.requireNonNull(request.path()),
                            null),
                        journal));
    port = server.listen(0, "127.0.0.1").await().actualPort();
  }

  private HttpResponse<String> get(String... fields) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"));
    if (fields.length > 0) {
      request.headers(fields);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static List<String> values(HttpResponse<?> response, String field) {
    return response.headers().allValues(field);
  }

  @Test
  void admitsUpToTheBurstAndRefusesTheNext() throws IOException, InterruptedException {
    serve(limit("per-client", new RateLimitConfig.ClientIp(), 3));
    for (int i = 0; i < 3; i++) {
      assertThat(get().statusCode()).isEqualTo(200);
    }
    HttpResponse<String> refused = get();
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(values(refused, "Retry-After")).containsExactly("60");
    assertThat(refused.body()).contains("per-client");
  }

  @Test
  void tellsThePolicyAndWhatIsLeft() throws IOException, InterruptedException {
    serve(limit("per-client", new RateLimitConfig.ClientIp(), 2));
    HttpResponse<String> first = get();
    assertThat(values(first, "RateLimit-Policy")).containsExactly("\"per-client\";q=2;w=120");
    assertThat(values(first, "RateLimit")).containsExactly("\"per-client\";r=1;t=60");
    get();
    HttpResponse<String> refused = get();
    assertThat(values(refused, "RateLimit-Policy")).containsExactly("\"per-client\";q=2;w=120");
    assertThat(values(refused, "RateLimit")).containsExactly("\"per-client\";r=0;t=60");
  }

  @Test
  void countsValuesOfAFieldApart() throws IOException, InterruptedException {
    serve(limit("per-key", new RateLimitConfig.Header("X-Api-Key"), 1));
    assertThat(get("X-Api-Key", "a").statusCode()).isEqualTo(200);
    assertThat(get("X-Api-Key", "a").statusCode()).isEqualTo(429);
    assertThat(get("X-Api-Key", "b").statusCode()).isEqualTo(200);
    assertThat(get("X-Api-Key", "b".repeat(4000)).statusCode()).isEqualTo(200);
  }

  @Test
  void requestsWithoutTheFieldShareOneBudget() throws IOException, InterruptedException {
    serve(limit("per-key", new RateLimitConfig.Header("X-Api-Key"), 1));
    assertThat(get().statusCode()).isEqualTo(200);
    assertThat(get().statusCode()).isEqualTo(429);
  }

  @Test
  void everyLimitOfTheRouteHasToAdmit() throws IOException, InterruptedException {
    serve(
        limit("whole", new RateLimitConfig.Route(), 3),
        limit("per-key", new RateLimitConfig.Header("X-Api-Key"), 1));
    assertThat(get("X-Api-Key", "a").statusCode()).isEqualTo(200);
    HttpResponse<String> second = get("X-Api-Key", "a");
    assertThat(second.statusCode()).isEqualTo(429);
    assertThat(values(second, "RateLimit-Policy"))
        .containsExactly("\"whole\";q=3;w=180", "\"per-key\";q=1;w=60");
  }

  @Test
  void aRefusalByOneLimitCostsTheOthersNothing() throws IOException, InterruptedException {
    serve(
        limit("whole", new RateLimitConfig.Route(), 3),
        limit("per-key", new RateLimitConfig.Header("X-Api-Key"), 1));
    assertThat(get("X-Api-Key", "a").statusCode()).isEqualTo(200);
    for (int i = 0; i < 5; i++) {
      assertThat(get("X-Api-Key", "a").statusCode()).isEqualTo(429);
    }
    assertThat(get("X-Api-Key", "b").statusCode()).isEqualTo(200);
    assertThat(get("X-Api-Key", "c").statusCode()).isEqualTo(200);
    assertThat(get("X-Api-Key", "d").statusCode()).isEqualTo(429);
  }
}
