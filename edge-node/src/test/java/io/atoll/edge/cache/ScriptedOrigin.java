package io.atoll.edge.cache;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Origin;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An origin that answers as a test says, and remembers what it was asked. Thread-safe. */
public final class ScriptedOrigin implements Origin {
  private static final int PART = 16 << 10;

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger cancelled = new AtomicInteger();
  private volatile Function<Asked, Answer> script = _ -> answer(404, null, "");

  /** A request as the origin sees it. */
  public record Asked(String method, String target, MultiMap fields) {}

  /**
   * What it answers.
   *
   * @param failure comes after the body, instead of its end; null for none
   * @param when the answer begins
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Answer(
      int status,
      MultiMap fields,
      byte[] body,
      @Nullable Failure failure,
      CompletionStage<?> when) {
    /** The same, later. */
    public Answer when(CompletionStage<?> later) {
      return new Answer(status, fields, body, failure, later);
    }

    Answer failing(Failure with) {
      return new Answer(status, fields, body, with, when);
    }
  }

  /** An answer at once. */
  public static Answer answer(int status, @Nullable String fields, String body) {
    return answer(status, fields, body.getBytes(StandardCharsets.UTF_8));
  }

  static Answer answer(int status, @Nullable String fields, byte[] body) {
    MultiMap head = StorableTest.fields(fields);
    if (!head.contains("Transfer-Encoding") && status != 304) {
      head.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
    }
    head.remove("Transfer-Encoding");
    return new Answer(status, head, body, null, CompletableFuture.completedStage(null));
  }

  /** Answers so from now on. */
  public void answers(Function<Asked, Answer> answers) {
    script = answers;
  }

  /** What was asked, in order. */
  public List<Asked> asked() {
    return asked;
  }

  int cancelled() {
    return cancelled.get();
  }

  @Override
  public Fetch fetch(Exchange exchange, MultiMap conditions, boolean asGet, ResponseSink sink) {
    MultiMap fields = HttpHeaders.headers().addAll(exchange.request().headers());
    for (Map.Entry<String, String> condition : conditions) {
      if (condition.getValue().isEmpty()) {
        fields.remove(condition.getKey());
      } else {
        fields.set(condition.getKey(), condition.getValue());
      }
    }
    String method = asGet ? "GET" : exchange.request().method().name();
    Asked now = new Asked(method, exchange.target().pathAndQuery(), fields);
    asked.add(now);
    Answer answer = script.apply(now);
    Delivery delivery = new Delivery(answer, method.equals("HEAD"), sink);
    answer.when().whenComplete((_, _) -> exchange.context().runOnContext(_ -> delivery.start()));
    return delivery;
  }

  /** One answer on its way. */
  private final class Delivery implements Fetch {
    private final Answer answer;
    private final boolean headOnly;
    private final ResponseSink sink;
    private int sent;
    private boolean started;
    private boolean paused;
    private boolean over;

    Delivery(Answer answer, boolean headOnly, ResponseSink sink) {
      this.answer = answer;
      this.headOnly = headOnly;
      this.sink = sink;
    }

    void start() {
      if (over) {
        return;
      }
      started = true;
      if (answer.status() == 0 && answer.failure() != null) {
        over = true;
        sink.failed(answer.failure());
        return;
      }
      sink.start(this, answer.status(), HttpHeaders.headers().addAll(answer.fields()));
      flow();
    }

    private void flow() {
      int length = headOnly ? 0 : answer.body().length;
      while (!over && !paused && sent < length) {
        int size = Math.min(PART, length - sent);
        Buffer part = Buffer.buffer(size).appendBytes(answer.body(), sent, size);
        sent += size;
        sink.part(part);
      }
      if (!over && sent == length && !paused) {
        over = true;
        if (answer.failure() == null) {
          sink.end();
        } else {
          sink.failed(answer.failure());
        }
      }
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      if (paused) {
        paused = false;
        if (started) {
          flow();
        }
      }
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        cancelled.incrementAndGet();
      }
    }
  }
}
