package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.atoll.edge.testkit.Answer;
import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.Question;
import io.atoll.edge.testkit.TestCertificates;
import io.atoll.edge.testkit.TestNode;
import io.atoll.edge.testkit.TestOrigin;
import io.atoll.edge.testkit.TestOrigin.Taken;
import io.atoll.edge.testkit.Wire;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One suite of behaviours for every version of HTTP that a client may speak, with every version
 * that a backend may speak.
 */
class PairsTest {

  /** Twice as much as sockets, windows and buffers on the way of a body hold here: 12 MiB. */
  private static final int MOST_IN_FLIGHT = 24 << 20;

  private static final int LARGE = 32 << 20;
  private static final Duration SHORT = Duration.ofMillis(300);

  private static final Vertx VERTX = Vertx.vertx();
  private static final Map<Wire, TestOrigin> ORIGINS = new EnumMap<>(Wire.class);
  private static final Map<Wire, HttpClientAgent> CLIENTS = new EnumMap<>(Wire.class);

  @TempDir private static Path directory;

  private static TestNode node;

  /** What a client speaks, and what its backend speaks. */
  record Pair(Wire down, Wire up) {
    @Override
    public String toString() {
      return name(down) + "-" + name(up);
    }
  }

  static Stream<Pair> pairs() {
    return Stream.of(Wire.values())
        .flatMap(down -> Stream.of(Wire.values()).map(up -> new Pair(down, up)));
  }

  private static String name(Wire wire) {
    return wire.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @BeforeAll
  static void start() {
    TestCertificates certificates = TestCertificates.in(directory);
    List<String> listeners = new ArrayList<>();
    List<String> upstreams = new ArrayList<>();
    List<String> routes = new ArrayList<>();
    int h3Port = new FreePorts(1).next();
    for (Wire wire : Wire.values()) {
      TestOrigin origin = new TestOrigin(VERTX, wire, certificates);
      ORIGINS.put(wire, origin);
      CLIENTS.put(wire, wire.client(VERTX, certificates));
      listeners.add(
          "{name: %s, bind: \"127.0.0.1:%d\", protocols: [%s], limits: {body: 96MiB} %s}"
              .formatted(
                  name(wire),
                  wire == Wire.H3 ? h3Port : 0, // over QUIC the system may not choose
                  wire.word(),
                  wire.tls() ? ", " + certificates.listenerKey() : ""));
      upstreams.add(
          "{name: %1$s, backends: [{address: \"http://127.0.0.1:%2$d\"}], protocol: %3$s %4$s}"
              .formatted(
                  name(wire),
                  origin.port(),
                  wire.word(),
                  wire.tls() ? ", " + certificates.upstreamKey() : ""));
      routes.add(
          ("{name: %1$s, match: {path: /%1$s}, rewrite: {stripPrefix: /%1$s},"
                  + " proxy: {upstream: %1$s}}")
              .formatted(name(wire)));
    }
    node =
        TestNode.start(
            """
            admin: {bind: "127.0.0.1:0"}
            node: {eventLoops: 2}
            telemetry: {accessLog: {format: off}}
            listeners: %s
            upstreams: %s
            routes: %s
            """
                .formatted(listeners, upstreams, routes));
  }

  @AfterAll
  static void stop() {
    CLIENTS.values().forEach(client -> client.close().await());
    node.close();
    ORIGINS.values().forEach(TestOrigin::close);
    VERTX.close().await();
  }

  private static Question ask(Pair pair, HttpMethod method, String path) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setHost("localhost")
            .setPort(node.port(name(pair.down())))
            .setURI("/" + name(pair.up()) + path);
    HttpClientAgent client = Objects.requireNonNull(CLIENTS.get(pair.down()));
    return new Question(client.request(options).await());
  }

  private static Question get(Pair pair, String path) {
    return ask(pair, HttpMethod.GET, path).end();
  }

  private static Taken taken(Pair pair) {
    return Objects.requireNonNull(ORIGINS.get(pair.up())).next();
  }

  private static Buffer noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aRequestAndItsResponseArriveAsSent(Pair pair) {
    Question question = ask(pair, HttpMethod.GET, "/a%20b?c=d&e=%2F");
    HttpClientRequest request = question.request();
    request.putHeader("X-Given", "one");
    request.headers().add("accept", "text/a").add("accept", "text/b");
    var _ = request.end();
    Taken seen = taken(pair);
    assertThat(seen.request().uri()).isEqualTo("/a%20b?c=d&e=%2F");
    assertThat(seen.request().version()).isEqualTo(pair.up().version());
    assertThat(Objects.requireNonNull(seen.request().authority()).host()).isEqualTo("localhost");
    assertThat(seen.request().getHeader("x-given")).isEqualTo("one");
    assertThat(seen.request().headers().getAll("accept")).containsExactly("text/a", "text/b");
    assertThat(seen.request().getHeader("x-forwarded-proto"))
        .isEqualTo(pair.down().tls() ? "https" : "http");
    seen.answer(
        response ->
            response
                .setStatusCode(201)
                .putHeader("Set-Cookie", (Iterable<String>) List.of("a=1", "b=2"))
                .putHeader("X-Made", "two")
                .end("hello"));
    Answer answer = question.answer();
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.head().headers().getAll("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(answer.field("x-made")).isEqualTo("two");
    assertThat(answer.field("via")).isEqualTo("1.1 atoll");
    assertThat(answer.body().toString()).isEqualTo("hello");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void cookiesInSeveralFieldsArriveInOne(Pair pair) {
    Question question = ask(pair, HttpMethod.GET, "/");
    HttpClientRequest request = question.request();
    request.headers().add("cookie", "a=1").add("cookie", "b=2");
    var _ = request.end();
    Taken seen = taken(pair);
    assertThat(String.join("; ", seen.request().headers().getAll("cookie"))).isEqualTo("a=1; b=2");
    if (pair.down().multiplexed()) {
      assertThat(seen.request().headers().getAll("cookie")).hasSize(1); // RFC 9113 section 8.2.3
    }
    seen.answer(HttpServerResponse::end);
    assertThat(question.answer().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aResponseToHeadHasALengthAndNoBody(Pair pair) {
    Question question = ask(pair, HttpMethod.HEAD, "/");
    HttpClientRequest request = question.request();
    var _ = request.end();
    taken(pair).answer(response -> response.putHeader("Content-Length", "12345").end());
    Answer answer = question.answer();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.field("content-length")).isEqualTo("12345");
    assertThat(answer.body().length()).isZero();
    oneMoreIsServed(pair);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void whatHasNoBodyHasNone(Pair pair) {
    for (int status : new int[] {204, 304}) {
      Question question = get(pair, "/");
      taken(pair)
          .answer(response -> response.setStatusCode(status).putHeader("ETag", "\"x\"").end());
      Answer answer = question.answer();
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.field("etag")).isEqualTo("\"x\"");
      assertThat(answer.body().length()).isZero();
    }
    oneMoreIsServed(pair);
  }

  private static void oneMoreIsServed(Pair pair) {
    Question question = get(pair, "/more");
    taken(pair).answer(response -> response.end("more"));
    assertThat(question.answer().body().toString()).isEqualTo("more");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aBodyOfKnownLengthArrives(Pair pair) {
    Buffer sent = noise(100_000);
    Question question = ask(pair, HttpMethod.POST, "/");
    HttpClientRequest request = question.request();
    var _ = request.end(sent);
    Taken seen = taken(pair);
    assertThat(Answer.await(seen.body())).isEqualTo(sent);
    assertThat(seen.request().getHeader("content-length")).isEqualTo("100000");
    assertThat(seen.request().headers().contains("transfer-encoding")).isFalse();
    seen.answer(response -> response.end(sent));
    assertThat(question.answer().body()).isEqualTo(sent);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aBodyOfUnknownLengthArrives(Pair pair) {
    Buffer sent = noise(100_000);
    Question question = ask(pair, HttpMethod.PUT, "/");
    HttpClientRequest request = question.request().setChunked(true);
    for (int i = 0; i < 10; i++) {
      var _ = request.write(sent.slice(i * 10_000, (i + 1) * 10_000));
    }
    var _ = request.end();
    Taken seen = taken(pair);
    assertThat(Answer.await(seen.body())).isEqualTo(sent);
    assertThat(seen.request().headers().contains("content-length")).isFalse();
    seen.answer(
        response -> {
          response.setChunked(true);
          var _ = response.write(sent);
          var _ = response.end();
        });
    assertThat(question.answer().body()).isEqualTo(sent);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void anEmptyPostIsEmpty(Pair pair) {
    Question question = ask(pair, HttpMethod.POST, "/");
    HttpClientRequest request = question.request();
    var _ = request.end();
    Taken seen = taken(pair);
    assertThat(Answer.await(seen.body()).length()).isZero();
    seen.answer(HttpServerResponse::end);
    assertThat(question.answer().body().length()).isZero();
    oneMoreIsServed(pair);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aLargeResponseWaitsForAClientThatTakesItsTime(Pair pair) {
    Question question = ask(pair, HttpMethod.GET, "/");
    HttpClientRequest request = question.request();
    Buffer part = noise(64 << 10);
    AtomicLong offered = new AtomicLong();
    var held = request.response().onSuccess(response -> response.pause());
    var _ = request.end();
    taken(pair)
        .answer(
            response -> {
              response.setChunked(true);
              pour(response, part, offered);
            });
    Answer answer = question.answer();
    held.await();
    // Windows, the node's own buffers and those of sockets hold some of it, and no more.
    await().during(SHORT).until(() -> still(offered));
    assertThat(offered.get()).isLessThan(MOST_IN_FLIGHT);
    answer.head().resume();
    assertThat(answer.body().length()).isEqualTo(LARGE);
  }

  private static final AtomicLong LAST = new AtomicLong();

  private static boolean still(AtomicLong counter) {
    long now = counter.get();
    return LAST.getAndSet(now) == now && now > 0;
  }

  /** One part at a time, each when the one before is out of this process. */
  private static void pour(HttpServerResponse response, Buffer part, AtomicLong offered) {
    if (offered.addAndGet(part.length()) < LARGE) {
      var _ = response.write(part).onSuccess(_ -> pour(response, part, offered));
    } else {
      var _ = response.end(part);
    }
  }

  /** A body that is on its way, and gets no further as the backend doesn't read it. */
  private record StuckUpload(Question question, Taken seen, long offered) {
    static StuckUpload of(Pair pair) {
      Question question = ask(pair, HttpMethod.POST, "/");
      HttpClientRequest request = question.request().setChunked(true);
      AtomicLong offered = new AtomicLong();
      var _ = request.writeHead();
      Taken seen = taken(pair);
      seen.hold(true);
      pour(request, noise(64 << 10), offered);
      await().during(SHORT).until(() -> still(offered));
      return new StuckUpload(question, seen, offered.get());
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aLargeUploadWaitsForABackendThatTakesItsTime(Pair pair) {
    StuckUpload upload = StuckUpload.of(pair);
    assertThat(upload.offered()).isLessThan(MOST_IN_FLIGHT);
    upload.seen().hold(false);
    assertThat(Answer.await(upload.seen().body()).length()).isEqualTo(LARGE);
    upload.seen().answer(response -> response.end("taken"));
    assertThat(upload.question().answer().body().toString()).isEqualTo("taken");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aClientThatGoesInTheMiddleOfItsBodyLeavesNothingThatLooksWhole(Pair pair) {
    StuckUpload upload = StuckUpload.of(pair);
    var _ = upload.question().request().reset(8);
    upload.seen().hold(false);
    assertThatThrownBy(() -> upload.seen().body().get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class);
    oneMoreIsServed(pair);
  }

  /** One part at a time, each when the one before is out of this process. */
  private static void pour(HttpClientRequest request, Buffer part, AtomicLong offered) {
    if (offered.addAndGet(part.length()) < LARGE) {
      var _ = request.write(part).onSuccess(_ -> pour(request, part, offered));
    } else {
      var _ = request.end(part);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aResponseThatEndsEarlyIsNeverMadeToLookWhole(Pair pair) {
    for (boolean announced : new boolean[] {true, false}) {
      Question question = get(pair, "/");
      Taken seen = taken(pair);
      seen.answer(
          response -> {
            if (announced) {
              response.putHeader("Content-Length", "1000");
            } else {
              response.setChunked(true);
            }
            var _ = response.write("only this");
          });
      Answer answer = question.answer();
      await().until(() -> answer.soFar().equals("only this"));
      seen.vanish(pair.up().multiplexed());
      assertThatThrownBy(() -> answer.whole().get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
    }
    oneMoreIsServed(pair);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aBackendThatVanishesBeforeItAnswersIsABadGateway(Pair pair) {
    Question question = ask(pair, HttpMethod.POST, "/");
    HttpClientRequest request = question.request();
    var _ = request.end("not to be sent twice");
    Taken seen = taken(pair);
    Answer.await(seen.body());
    seen.vanish(pair.up().multiplexed());
    Answer answer = question.answer();
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.body().toString()).contains("\"reason\":\"reset\"");
    oneMoreIsServed(pair);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aClientThatGoesTakesItsRequestAlongAndNoOther(Pair pair) {
    Question leaving = get(pair, "/leaving");
    Taken left = taken(pair);
    Question staying = get(pair, "/staying");
    Taken kept = taken(pair);
    kept.answer(
        response -> {
          response.setChunked(true);
          var _ = response.write("half, ");
        });
    Answer answer = staying.answer();
    var _ = leaving.request().cancel();
    if (pair.down() != Wire.H3 && pair.up() != Wire.H3) {
      Answer.await(left.gone()); // of HTTP/3, Vert.x's peers neither say nor hear it: see Http3Test
    }
    kept.answer(response -> response.end("whole"));
    assertThat(answer.body().toString()).isEqualTo("half, whole");
    oneMoreIsServed(pair);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void trailersReachAClientThatWantsThem(Pair pair) {
    Question question = ask(pair, HttpMethod.GET, "/");
    HttpClientRequest request = question.request();
    request.putHeader("TE", "trailers");
    if (!pair.down().multiplexed()) {
      request.putHeader("Connection", "TE");
    }
    var _ = request.end();
    Taken seen = taken(pair);
    assertThat(seen.request().getHeader("te")).isEqualTo("trailers");
    seen.answer(
        response -> {
          response.setChunked(true).putHeader("Trailer", "X-Sum");
          response.putTrailer("X-Sum", "42");
          var _ = response.end("body");
        });
    Answer answer = question.answer();
    assertThat(answer.body().toString()).isEqualTo("body");
    assertThat(answer.head().getTrailer("x-sum")).isEqualTo("42");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void earlyHintsComeBeforeTheResponse(Pair pair) throws Exception {
    Question question = ask(pair, HttpMethod.GET, "/");
    HttpClientRequest request = question.request();
    BlockingQueue<MultiMap> hints = new LinkedBlockingQueue<>();
    request.earlyHintsHandler(hints::add);
    var _ = request.end();
    Taken seen = taken(pair);
    seen.answer(
        response -> {
          var _ =
              response.writeEarlyHints(MultiMap.caseInsensitiveMultiMap().add("link", "</a.css>"));
        });
    MultiMap hinted = Objects.requireNonNull(hints.poll(10, TimeUnit.SECONDS));
    assertThat(hinted.get("link")).isEqualTo("</a.css>");
    seen.answer(response -> response.end("after"));
    assertThat(question.answer().body().toString()).isEqualTo("after");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aClientThatAsksIsToldToSendItsBody(Pair pair) throws Exception {
    Question question = ask(pair, HttpMethod.POST, "/");
    HttpClientRequest request = question.request();
    request.putHeader("Expect", "100-continue").putHeader("Content-Length", "4");
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    request.continueHandler(_ -> told.add("go on"));
    var _ = request.writeHead();
    assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("go on");
    var _ = request.end("body");
    Taken seen = taken(pair);
    assertThat(Answer.await(seen.body()).toString()).isEqualTo("body");
    seen.answer(HttpServerResponse::end);
    assertThat(question.answer().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void eventsPassAtOnce(Pair pair) {
    Question question = get(pair, "/events");
    Taken seen = taken(pair);
    seen.answer(
        response -> {
          response.setChunked(true).putHeader("Content-Type", "text/event-stream");
          var _ = response.writeHead();
        });
    Answer answer = question.answer(); // the head alone
    assertThat(answer.field("content-type")).isEqualTo("text/event-stream");
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      String event = "data: " + i + "\n\n";
      seen.answer(response -> response.write(event));
      all.append(event);
      await().until(() -> answer.soFar().equals(all.toString()));
    }
    seen.answer(HttpServerResponse::end);
    assertThat(answer.body().toString()).isEqualTo(all.toString());
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void bothSidesMaySpeakAtTheSameTime(Pair pair) {
    Question question = ask(pair, HttpMethod.POST, "/chat");
    HttpClientRequest request = question.request().setChunked(true);
    var _ = request.write("a");
    Taken seen = taken(pair);
    await().until(() -> seen.received() == 1);
    seen.answer(response -> response.setChunked(true).write("A"));
    Answer answer = question.answer();
    await().until(() -> answer.soFar().equals("A"));
    var _ = request.write("b");
    await().until(() -> seen.received() == 2);
    seen.answer(response -> response.write("B"));
    await().until(() -> answer.soFar().equals("AB"));
    var _ = request.end();
    assertThat(Answer.await(seen.body()).toString()).isEqualTo("ab");
    seen.answer(HttpServerResponse::end);
    assertThat(answer.body().toString()).isEqualTo("AB");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aBodyOverTheLimitIsRefused(Pair pair) {
    Question question = ask(pair, HttpMethod.POST, "/");
    HttpClientRequest request = question.request();
    request.putHeader("Content-Length", Long.toString(97L << 20));
    var _ = request.writeHead();
    Answer answer = question.answer();
    assertThat(answer.status()).isEqualTo(413);
    assertThat(Objects.requireNonNull(ORIGINS.get(pair.up())).isQuiet()).isTrue();
    var _ = request.reset(8);
    oneMoreIsServed(pair);
  }
}
