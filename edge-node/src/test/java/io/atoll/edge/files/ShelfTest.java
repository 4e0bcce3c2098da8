package io.atoll.edge.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.RouteConfig;
import io.atoll.edge.telemetry.FilesMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be sent without a look at the disk, and when it is looked at again. */
class ShelfTest {
  private static final Duration RECHECK = Duration.ofSeconds(1);
  private static final Asked GET =
      new Asked(
          new FilePath("a.txt", false),
          "/a.txt",
          null,
          false,
          new Preconditions(List.of(), List.of(), null, null, null),
          null,
          List.of());

  @TempDir private Path root;

  private final AtomicLong now = new AtomicLong(1);
  private final Shelf shelf =
      new Shelf(100_000, now::get, Runnable::run, new FilesMeters(new Telemetry()));

  private Answers answers;

  private Shelf.Key key;

  @BeforeEach
  void start() throws IOException {
    write("first", Instant.parse("2020-01-01T00:00:00Z"));
    RouteConfig.Files config = config();
    answers = new Answers(config, InstantSource.system());
    key = key(config);
  }

  private RouteConfig.Files config() {
    return new RouteConfig.Files(root, List.of(), false, List.of(), null, null, RECHECK);
  }

  private static Shelf.Key key(RouteConfig.Files config) {
    return new Shelf.Key(
        new Shelf.Scope(config), Objects.requireNonNull(GET.file()), GET.codings());
  }

  private void write(String text, Instant modified) throws IOException {
    Path file = Files.writeString(root.resolve("a.txt"), text);
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  /** Looks at the disk, and what it found is the answer. */
  private Answer look() throws IOException {
    return answers.fromDisk(GET, shelf, key);
  }

  private String atHand() {
    Shelf.Item item = shelf.at(key, RECHECK);
    return item == null ? "nothing" : item.part(0, item.representation().size()).toString();
  }

  @Test
  void nothingIsAtHandBeforeItWasAskedFor() throws IOException {
    assertThat(atHand()).isEqualTo("nothing");
    look();
    assertThat(atHand()).isEqualTo("first");
  }

  @Test
  void oneLooksAgainWhenItIsTimeAndTheOthersGoOn() throws IOException {
    look();
    write("other", Instant.parse("2021-01-01T00:00:00Z"));
    now.addAndGet(RECHECK.toNanos() - 1);
    assertThat(atHand()).isEqualTo("first");
    now.addAndGet(1);
    assertThat(atHand()).isEqualTo("nothing"); // this one is to look
    assertThat(atHand()).isEqualTo("first"); // it has not looked yet
    look();
    assertThat(atHand()).isEqualTo("other");
  }

  @Test
  void whatIsGoneIsGone() throws IOException {
    look();
    Files.delete(root.resolve("a.txt"));
    now.addAndGet(RECHECK.toNanos());
    assertThat(look()).isInstanceOf(Answer.Missing.class);
    assertThat(atHand()).isEqualTo("nothing");
  }

  @Test
  void whatMayStillChangeUnseenIsNotKept() throws IOException {
    write("fresh", Instant.now());
    look();
    assertThat(atHand()).isEqualTo("nothing");
  }

  @Test
  void whatIsLargeIsNotKept() throws IOException {
    write("x".repeat(Shelf.LARGEST + 1), Instant.parse("2020-01-01T00:00:00Z"));
    try (OpenFile file = ((Answer.Sent) look()).file()) {
      assertThat(file.version().size()).isEqualTo(Shelf.LARGEST + 1);
    }
    assertThat(atHand()).isEqualTo("nothing");
  }

  @Test
  void itIsBounded() throws IOException {
    write("x".repeat(40_000), Instant.parse("2020-01-01T00:00:00Z"));
    for (int i = 0; i < 10; i++) {
      RouteConfig.Files other = config(); // another route, though it says the same
      answers.fromDisk(GET, shelf, key(other));
    }
    assertThat(shelf.heldBytes()).isBetween(40_000L, 100_000L);
  }

  @Test
  void aRouteOfTheNextConfigurationLooksForItself() throws IOException {
    look();
    assertThat(shelf.at(key(config()), RECHECK)).isNull();
  }
}
