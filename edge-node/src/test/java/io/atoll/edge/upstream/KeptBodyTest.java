package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.telemetry.Telemetry;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeptBodyTest {
  private final Telemetry telemetry = new Telemetry();
  private final KeptBodies all = new KeptBodies(telemetry);

  private KeptBody body(int... lengths) {
    KeptBody body = new KeptBody(all);
    for (int length : lengths) {
      body.part(Buffer.buffer(new byte[length]));
    }
    return body;
  }

  private String held() {
    return telemetry
        .scrape(List.of("atoll_upstream_bodies_held_bytes"))
        .lines()
        .filter(line -> !line.startsWith("#"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aBodyIsWholeOnceItHasEnded() {
    KeptBody body = body(100);
    assertThat(body.isWhole()).isFalse();

    body.end();

    assertThat(body.isWhole()).isTrue();
    assertThat(held()).endsWith(" 100.0");
  }

  @Test
  void manySmallPartsAreOneBuffer() {
    KeptBody body = body(IntStream.generate(() -> 1).limit(KeptBody.MOST).toArray());
    body.end();
    WrittenTo backend = new WrittenTo();

    body.write(backend);
    body.write(backend);

    assertThat(body.isWhole()).isTrue();
    assertThat(backend.written()).hasSize(2).allMatch(part -> part.length() == KeptBody.MOST);
  }

  @Test
  void oneThatIsTooLargeIsGivenUpAtOnce() {
    KeptBody body = body(KeptBody.MOST, 1);
    body.end();

    assertThat(body.isWhole()).isFalse();
    assertThat(held()).endsWith(" 0.0");
  }

  @Test
  void whatItTakesIsGivenBackOnce() {
    KeptBody body = body(100);
    body.end();
    body.drop();
    body.drop();
    body.part(Buffer.buffer("late"));

    assertThat(body.isWhole()).isFalse();
    assertThat(held()).endsWith(" 0.0");
  }

  @Test
  void allOfANodeAreBounded() {
    List<KeptBody> bodies = new ArrayList<>();
    for (int i = 0; i < KeptBodies.MOST / KeptBody.MOST; i++) {
      bodies.add(body(KeptBody.MOST));
    }
    KeptBody tooMany = body(1);
    tooMany.end();
    assertThat(tooMany.isWhole()).isFalse();

    bodies.getFirst().drop();

    KeptBody next = body(1);
    next.end();
    assertThat(next.isWhole()).isTrue();
  }
}
