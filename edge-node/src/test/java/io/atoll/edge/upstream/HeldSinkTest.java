package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeldSinkTest {
  private final List<String> client = new ArrayList<>();
  private final List<String> backend = new ArrayList<>();
  private final Promise<Void> known = Promise.promise();
  private final Client next = new Client();
  private final HeldSink sink = new HeldSink(next);

  private void answer() {
    sink.start(new Backend(), 200, MultiMap.caseInsensitiveMultiMap());
    sink.flush();
    sink.part(Buffer.buffer("a"));
    sink.part(Buffer.buffer("b"));
    sink.trailers(MultiMap.caseInsensitiveMultiMap());
    sink.end();
  }

  @Test
  void whatHasNothingToWaitForPassesAtOnce() {
    answer();
    assertThat(client).containsExactly("start 200", "flush", "a", "b", "trailers", "end");
    assertThat(backend).isEmpty();
  }

  @Test
  void whatIsHeldComesInItsOrderAndMeanwhileTheBackendWaits() {
    sink.hold(known.future());
    answer();
    assertThat(client).isEmpty();
    assertThat(backend).containsExactly("pause");
    known.complete();
    assertThat(client).containsExactly("start 200", "flush", "a", "b", "trailers", "end");
    assertThat(backend).containsExactly("pause", "resume");
  }

  @Test
  void whatComesAfterTheHoldPassesAtOnce() {
    sink.hold(known.future());
    sink.start(new Backend(), 200, MultiMap.caseInsensitiveMultiMap());
    known.complete();
    sink.part(Buffer.buffer("a"));
    assertThat(client).containsExactly("start 200", "a");
  }

  @Test
  void aClientThatDoesNotReadKeepsTheBackendWaiting() {
    next.full = true;
    sink.hold(known.future());
    sink.start(new Backend(), 200, MultiMap.caseInsensitiveMultiMap());
    sink.part(Buffer.buffer("a"));
    known.complete();
    assertThat(backend).containsExactly("pause");
    next.fetch().resume();
    assertThat(backend).containsExactly("pause", "resume");
    next.fetch().pause();
    assertThat(backend).containsExactly("pause", "resume", "pause");
  }

  @Test
  void aResponseThatFailsWhileItIsHeldIsOnlyAFailure() {
    sink.hold(known.future());
    sink.start(new Backend(), 200, MultiMap.caseInsensitiveMultiMap());
    sink.part(Buffer.buffer("a"));
    sink.failed(Failure.of(Outcome.RESET, "gone"));
    known.complete();
    assertThat(client).containsExactly("failed");
    assertThat(backend).containsExactly("pause");
  }

  @Test
  void nothingReachesAClientThatHasGone() {
    sink.hold(known.future());
    answer();
    sink.drop();
    known.complete();
    assertThat(client).isEmpty();
  }

  @Test
  void aClientThatGivesUpAtTheHeadGetsNothingMore() {
    next.gone = true;
    sink.hold(known.future());
    answer();
    known.complete();
    assertThat(client).containsExactly("start 200");
    assertThat(backend).containsExactly("pause", "cancel");
  }

  private final class Backend implements Fetch {
    @Override
    public void pause() {
      backend.add("pause");
    }

    @Override
    public void resume() {
      backend.add("resume");
    }

    @Override
    public void cancel() {
      backend.add("cancel");
      sink.drop();
    }
  }

  private final class Client implements ResponseSink {
    private @Nullable Fetch fetch;
    boolean full;
    boolean gone;

    Fetch fetch() {
      return Objects.requireNonNull(fetch);
    }

    @Override
    public void start(Fetch source, int status, MultiMap fields) {
      fetch = source;
      client.add("start " + status);
      if (gone) {
        source.cancel();
      }
    }

    @Override
    public void flush() {
      client.add("flush");
    }

    @Override
    public void part(Buffer part) {
      client.add(part.toString());
      if (full) {
        fetch().pause();
      }
    }

    @Override
    public void trailers(MultiMap fields) {
      client.add("trailers");
    }

    @Override
    public void end() {
      client.add("end");
    }

    @Override
    public void failed(Failure failure) {
      client.add("failed");
    }
  }
}
