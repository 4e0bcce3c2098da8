package io.atoll.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BacklogProperties {
  private final Backlog backlog = new Backlog();

  /** Above 0 a part of so many bytes comes, else a piece goes. */
  @Property(tries = 200)
  void whatComesGoesInItsOrder(
      @ForAll @Size(max = 40)
          List<@IntRange(min = -20_000, max = 3 * Backlog.PIECE) Integer> changes) {
    Buffer came = Buffer.buffer();
    Buffer went = Buffer.buffer();
    for (int change : changes) {
      if (change > 0) {
        Buffer part = part(came.length(), change);
        came.appendBuffer(part);
        backlog.add(part);
      } else if (!backlog.isEmpty()) {
        went.appendBuffer(backlog.next());
      }
      assertThat(backlog.size()).isEqualTo(came.length() - went.length());
    }
    while (!backlog.isEmpty()) {
      went.appendBuffer(backlog.next());
    }

    assertThat(went).isEqualTo(came);
  }

  private static Buffer part(int from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ((from + i) * 31 / 8);
    }
    return Buffer.buffer(bytes);
  }

  @Example
  void manySmallPartsGoInFewPieces() {
    for (int i = 0; i < 3 * Backlog.PIECE; i++) {
      backlog.add(Buffer.buffer(new byte[1]));
    }

    assertThat(backlog.next().length()).isEqualTo(Backlog.PIECE);
    assertThat(backlog.size()).isEqualTo(2 * Backlog.PIECE);
    backlog.clear();
    assertThat(backlog.isEmpty()).isTrue();
  }
}
