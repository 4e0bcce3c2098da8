package io.atoll.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MirroredMapTest {
  private static final Duration RARELY = Duration.ofHours(1);

  private static TestCluster cluster;

  private final String name = "mirrored-" + UUID.randomUUID();
  private final Queue<String> told = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void whatWasThereBeforeIsThereWhenItOpens() {
    map(1).set("a", 1);

    try (MirroredMap<String, Integer> mirror = open(0, RARELY)) {
      assertThat(mirror.get("a")).isEqualTo(1);
      assertThat(told).containsExactly("a=1");
    }
  }

  @Test
  void itIsOpenWhenTheMapCouldBeRead() {
    IMap<String, Object> unreadable = cluster.member(1).hazelcast().getMap(name);
    map(1).set("a", 1);
    unreadable.set("b", new BitSet()); // of a type that members don't read
    CompletableFuture<MirroredMap<String, Integer>> opening =
        CompletableFuture.supplyAsync(() -> open(0, RARELY));
    await().during(Duration.ofMillis(600)).until(() -> !opening.isDone());
    unreadable.delete("b");
    try (MirroredMap<String, Integer> mirror = opening.join()) {
      assertThat(mirror.get("a")).isEqualTo(1);
    }
  }

  @Test
  void whoFollowsIsToldOfEachReadingAfterItsChanges() {
    Queue<String> read = new ConcurrentLinkedQueue<>();
    map(1).set("a", 1);
    MirroredMap.Watcher<String, Integer> watcher =
        new MirroredMap.Watcher<>() {
          @Override
          public void changed(String key, @Nullable Integer value) {
            read.add(key + "=" + value);
          }

          @Override
          public void read(Map<String, Integer> copy) {
            read.add(copy.toString());
          }
        };
    try (MirroredMap<String, Integer> _ =
        new MirroredMap<>(cluster.member(0), name, Duration.ofMillis(50), watcher)) {
      await().until(() -> read.size() >= 3);
      assertThat(read).startsWith("a=1", "{a=1}", "{a=1}");
    }
  }

  @Test
  void itFollowsWhatOthersWriteAndRemove() {
    try (MirroredMap<String, Integer> here = open(0, RARELY);
        MirroredMap<String, Integer> there = open(1, RARELY)) {
      there.set("a", 1).toCompletableFuture().join();
      await().until(() -> Integer.valueOf(1).equals(here.get("a")));
      there.set("a", 2).toCompletableFuture().join();
      await().until(() -> Integer.valueOf(2).equals(here.get("a")));
      map(1).delete("a");
      await().until(() -> here.get("a") == null);
    }
  }

  @Test
  void whatExpiresIsGone() {
    try (MirroredMap<String, Integer> mirror = open(0, RARELY)) {
      mirror.set("a", 1, Duration.ofSeconds(1)).toCompletableFuture().join();
      await().until(() -> mirror.get("a") != null);
      await().atMost(Duration.ofSeconds(30)).until(() -> mirror.get("a") == null);
    }
  }

  @Test
  void whatTheEventsMissedTheNextReadFinds() {
    map(1).set("stays", 1);
    try (MirroredMap<String, Integer> mirror = open(0, Duration.ofMillis(200))) {
      // Changes to the copy alone: what it would be had events been lost.
      mirror.entries().remove("stays");
      mirror.entries().put("never was", 9);

      await().until(() -> mirror.entries().equals(Map.of("stays", 1)));
    }
  }

  @Test
  void aChangeIsToldOnceHoweverOftenTheMapIsRead() {
    try (MirroredMap<String, Integer> mirror = open(0, Duration.ofMillis(50))) {
      mirror.set("a", 1).toCompletableFuture().join();
      await().until(() -> mirror.get("a") != null);
      mirror.readSoon();
      mirror.readSoon();
      mirror.set("a", 2).toCompletableFuture().join();
      await().until(() -> Integer.valueOf(2).equals(mirror.get("a")));

      assertThat(told).containsExactly("a=1", "a=2");
    }
  }

  private MirroredMap<String, Integer> open(int member, Duration every) {
    return new MirroredMap<>(
        cluster.member(member),
        name,
        every,
        (key, value) -> {
          if (member == 0) {
            told.add(key + "=" + value);
          }
        });
  }

  private IMap<String, Integer> map(int member) {
    return cluster.member(member).hazelcast().getMap(name);
  }
}
