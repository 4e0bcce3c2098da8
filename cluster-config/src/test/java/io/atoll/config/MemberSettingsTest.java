package io.atoll.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.SerializationConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.ProtocolType;
import com.hazelcast.internal.cluster.impl.ClusterTopologyChangedException;
import com.hazelcast.internal.cluster.impl.MasterNodeChangedException;
import com.hazelcast.internal.partition.PartitionStateVersionMismatchException;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.genericrecord.GenericRecord;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberSettingsTest {
  private static final CacheConfig CACHE =
      new CacheConfig(
          new CacheConfig.L1(new DataSize(16 << 20)),
          new CacheConfig.L2(new DataSize(64 << 20), 1));

  private final ClusterConfig cluster =
      new ClusterConfig(
          "test-" + UUID.randomUUID(), null, null, null, null, ClusterConfig.OnPartition.share);
  private final List<HazelcastInstance> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(member -> member.getLifecycleService().terminate());
  }

  /** A value that members share. */
  record Shared(String text) {}

  /** A record that is no part of the cluster's types. */
  record Stranger(String text) {}

  /** Fails where the key is kept. */
  record Fail(String how) implements EntryProcessor<String, Shared, String> {
    @Override
    public String process(Map.Entry<String, Shared> entry) {
      throw switch (how) {
        case "state" -> new IllegalStateException("as told", new NoSuchElementException("why"));
        case "null" -> new NullPointerException("as told");
        case "suppressed" -> withSuppressed(new IllegalArgumentException("as told"));
        default -> new UncheckedIOException(new IOException("as told"));
      };
    }

    private static RuntimeException withSuppressed(RuntimeException e) {
      e.addSuppressed(new IllegalStateException("too"));
      return e;
    }
  }

  /** Fails twice in a way that Hazelcast tries again. */
  record FailTwice() implements EntryProcessor<String, Shared, String> {
    private static final List<String> TRIES = new CopyOnWriteArrayList<>();

    @Override
    public String process(Map.Entry<String, Shared> entry) {
      TRIES.add(entry.getKey());
      if (TRIES.size() < 3) {
        throw new RetryableHazelcastException("again");
      }
      return "at last";
    }
  }

  @Test
  void onlyMembersAreSpokenTo() throws IOException {
    int port = start(new HostPort("127.0.0.1", freePort()), List::of).port();
    assertThat(answer(port, "CP2")).as("client").isEmpty();
    assertThat(answer(port, "GET /hazelcast/health/ready HTTP/1.1\r\n\r\n")).as("REST").isEmpty();
    assertThat(answer(port, "version\r\n")).as("memcache").isEmpty();
  }

  @Test
  void membersFindEachOther() {
    pair();
    assertThat(started).allMatch(member -> member.getCluster().getMembers().size() == 2);
  }

  @Test
  void membersThatCouldNotBeFoundAtFirstAreFoundLater() {
    List<HostPort> known = new CopyOnWriteArrayList<>();
    HostPort first = start(new HostPort("127.0.0.1", freePort()), () -> known).bind();
    HostPort second = start(new HostPort("127.0.0.1", freePort()), () -> known).bind();
    assertThat(started).allMatch(member -> member.getCluster().getMembers().size() == 1);
    known.addAll(List.of(first, new HostPort("localhost", second.port())));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(started)
                    .allMatch(member -> member.getCluster().getMembers().size() == 2));
  }

  @Test
  void sharedRecordsCross() {
    pair();
    started.get(0).getMap("shared").put("key", new Shared("text"));
    assertThat(started.get(1).getMap("shared").get("key")).isEqualTo(new Shared("text"));
  }

  @Test
  void objectsOfJavaSerializationAreRefused() {
    HazelcastInstance victim = start(address(), List::of).member();
    HazelcastInstance intruder = startOpen(started(0));
    assertThat(victim.getCluster().getMembers()).hasSize(2);
    intruder.getMap("shared").put("key", new AtomicReference<>("anything"));
    assertThat(intruder.getMap("shared").get("key")).isInstanceOf(AtomicReference.class);
    assertThatThrownBy(() -> victim.getMap("shared").get("key"))
        .isInstanceOf(HazelcastSerializationException.class)
        .hasStackTraceContaining("AtomicReference is not allowed");
  }

  @Test
  void recordsOfOtherTypesAreNotMade() {
    HazelcastInstance victim = start(address(), List::of).member();
    HazelcastInstance intruder = startOpen(started(0));
    intruder.getMap("shared").put("key", new Stranger("anything"));
    assertThat(intruder.getMap("shared").get("key")).isEqualTo(new Stranger("anything"));
    assertThat(victim.getMap("shared").get("key")).isInstanceOf(GenericRecord.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"state", "null", "suppressed", "io"})
  void failuresOnAnotherMemberArriveAsTheyAre(String how) {
    pair();
    IMap<String, Shared> map = started.get(0).getMap("shared");
    String key = keyOf(started.get(1));
    assertThatThrownBy(() -> map.executeOnKey(key, new Fail(how)))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("as told");
  }

  @Test
  void whatMembersAnswerWhileOthersJoinArrives() {
    pair();
    IMap<String, Exception> answers = started.get(0).getMap("answers");
    answers.put("topology", new ClusterTopologyChangedException("as told"));
    answers.put("master", new MasterNodeChangedException("as told"));
    answers.put("partitions", new PartitionStateVersionMismatchException(1, 2));
    assertThat(started.get(1).<String, Exception>getMap("answers").getAll(answers.keySet()))
        .hasSize(3);
  }

  @Test
  void whatMayBeTriedAgainIs() {
    pair();
    IMap<String, Shared> map = started.get(0).getMap("shared");
    FailTwice.TRIES.clear();
    assertThat(map.executeOnKey(keyOf(started.get(1)), new FailTwice())).isEqualTo("at last");
  }

  @Test
  void nothingIsLeftToDefaultsThatDontFitAnEdge() {
    Config config = config(address(), List::of);
    JoinConfig join = config.getAdvancedNetworkConfig().getJoin();
    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
    assertThat(join.getAutoDetectionConfig().isEnabled()).isFalse();
    assertThat(join.getTcpIpConfig().isEnabled()).isFalse();
    assertThat(config.getAdvancedNetworkConfig().getEndpointConfigs().values())
        .singleElement()
        .matches(endpoint -> endpoint.getProtocolType() == ProtocolType.MEMBER);
    assertThat(config.getJetConfig().isEnabled()).isFalse();
    assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
    assertThat(config.getProperty("hazelcast.shutdownhook.enabled")).isEqualTo("false");
    assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
    assertThat(config.getProperty("hazelcast.max.no.heartbeat.seconds")).isEqualTo("10");
    assertThat(config.getProperty("hazelcast.merge.next.run.delay.seconds")).isEqualTo("10");
  }

  @Test
  void everyMapIsBounded() {
    Config config = config(address(), List::of);
    for (MapConfig map : config.getMapConfigs().values()) {
      EvictionConfig eviction = map.getEvictionConfig();
      boolean operators = // As many as backends, and as upstreams.
          List.of(MemberSettings.DRAINS, MemberSettings.ORDERS).contains(map.getName());
      assertThat(operators || eviction.getSize() < Integer.MAX_VALUE).as(map.getName()).isTrue();
    }
  }

  @Test
  void sessionsAreHeldToWhatTheHeapHasRoomFor() {
    MapConfig sessions = config(address(), List::of).getMapConfig(MemberSettings.SESSIONS);
    EvictionConfig eviction = sessions.getEvictionConfig();
    assertThat(eviction.getMaxSizePolicy()).isEqualTo(MaxSizePolicy.PER_NODE);
    assertThat(eviction.getEvictionPolicy()).isEqualTo(EvictionPolicy.LRU);
    assertThat(eviction.getSize())
        .isEqualTo(SessionBounds.of(Runtime.getRuntime().maxMemory()).table());
    assertThat(sessions.getTimeToLiveSeconds()).isPositive();
  }

  @Test
  void whatOneSideOfASplitSawIsNotMerged() {
    Config config = config(address(), List::of);
    for (String map :
        List.of(MemberSettings.OBSERVATIONS, MemberSettings.TRAFFIC, MemberSettings.SHARES)) {
      assertThat(config.getMapConfig(map).getMergePolicyConfig().getPolicy())
          .as(map)
          .isEqualTo(DiscardMergePolicy.class.getName());
    }
  }

  private record Started(HazelcastInstance member, HostPort bind) {
    int port() {
      return bind.port();
    }
  }

  private void pair() {
    HostPort first = address();
    HostPort second = address();
    start(first, () -> List.of(first, second));
    start(second, () -> List.of(first, second));
  }

  private Started start(HostPort bind, Supplier<List<HostPort>> members) {
    return start(bind, config(bind, members));
  }

  private Started start(HostPort bind, Config config) {
    HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
    started.add(member);
    return new Started(member, bind);
  }

  /** A member whose deserialization is as Hazelcast has it. */
  private HazelcastInstance startOpen(HostPort victim) {
    HostPort bind = address();
    Config config = config(bind, () -> List.of(victim));
    config.setSerializationConfig(new SerializationConfig());
    return start(bind, config).member();
  }

  private HostPort started(int index) {
    var address = started.get(index).getCluster().getLocalMember().getAddress();
    return new HostPort(address.getHost(), address.getPort());
  }

  private Config config(HostPort bind, Supplier<List<HostPort>> members) {
    Config config =
        MemberSettings.member(
            cluster,
            "node-" + bind.port(),
            bind,
            members,
            CACHE,
            List.of(Shared.class, Fail.class, FailTwice.class));
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "1");
    config.setProperty("hazelcast.invocation.retry.pause.millis", "10");
    return config;
  }

  /** A key that a member owns: one that has just joined is given some soon. */
  private static String keyOf(HazelcastInstance member) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> ownKey(member), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<String> ownKey(HazelcastInstance member) {
    return IntStream.range(0, 10_000)
        .mapToObj(Integer::toString)
        .filter(
            key ->
                member
                    .getCluster()
                    .getLocalMember()
                    .equals(member.getPartitionService().getPartition(key).getOwner()))
        .findFirst();
  }

  /** What comes back before the connection ends. */
  private static String answer(int port, String words) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (java.net.SocketException e) {
      return ""; // Reset: an answer too, and a short one.
    }
  }

  private static HostPort address() {
    return new HostPort("127.0.0.1", freePort());
  }

  /** Below the ports that the system gives to connections: no client takes it meanwhile. */
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException _) {
        // Taken: another.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
