package io.atoll.edge.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.atoll.config.HostPort;
import io.atoll.config.UpstreamConfig.Discovery;
import io.atoll.config.UpstreamConfig.Discovery.Records;
import io.atoll.edge.testkit.FreePorts;
import io.atoll.edge.testkit.NameServer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Look-ups of a real name server over real sockets. */
class DnsLookupTest {
  private final Vertx vertx = Vertx.vertx();
  private final NameServer names = new NameServer();

  @AfterEach
  void close() {
    names.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void addressesOfBothFamiliesAreBackendsForTheShortestTimeToLive() {
    names.addresses("shop.test", 30, "10.0.0.2", "10.0.0.1", "2001:db8::1");
    assertThat(look("shop.test", Records.address, 8080))
        .isEqualTo(
            new Reply.Some<>(
                List.of(
                    new Found("10.0.0.1", 8080, 1, 0),
                    new Found("10.0.0.2", 8080, 1, 0),
                    new Found("2001:db8::1", 8080, 1, 0)),
                Duration.ofSeconds(30)));
  }

  @Test
  void aNameMayHaveAddressesOfOneFamilyOnly() {
    names.addresses("four.test", 7, "10.0.0.1");
    names.addresses("six.test", 8, "::1");
    assertThat(found(look("four.test", Records.address, 1))).containsExactly("10.0.0.1:1");
    assertThat(found(look("six.test", Records.address, 1))).containsExactly("::1:1");
  }

  @Test
  void anAliasIsFollowed() {
    names.alias("www.test", 5, "Shop.test");
    names.addresses("Shop.test", 30, "10.0.0.1");
    assertThat(look("www.test", Records.address, 80))
        .isEqualTo(
            new Reply.Some<>(List.of(new Found("10.0.0.1", 80, 1, 0)), Duration.ofSeconds(5)));
  }

  @Test
  void aliasesThatGoRoundAreAFailure() {
    names.alias("a.test", 5, "b.test");
    names.alias("b.test", 5, "a.test");
    assertThat(look("a.test", Records.address, 80)).isInstanceOf(Reply.Failed.class);
  }

  @Test
  void servicesSayTheirPortsAndHowTheyShareTheTraffic() {
    names.services(
        "_http._tcp.shop.test", 20, "10 3 8001 a.test", "10 1 8002 b.test", "20 0 8003 c.test");
    names.addresses("a.test", 60, "10.0.0.1");
    names.addresses("b.test", 15, "10.0.0.2");
    names.addresses("c.test", 60, "10.0.0.3");
    assertThat(look("_http._tcp.shop.test", Records.srv, null))
        .isEqualTo(
            new Reply.Some<>(
                List.of(
                    new Found("10.0.0.1", 8001, 3, 0),
                    new Found("10.0.0.2", 8002, 1, 0),
                    new Found("10.0.0.3", 8003, 1, 1)),
                Duration.ofSeconds(15)));
  }

  @Test
  void aServiceWhoseTargetIsGoneIsLeftOut() {
    names.services("_http._tcp.shop.test", 20, "0 1 8001 a.test", "0 1 8002 gone.test");
    names.addresses("a.test", 60, "10.0.0.1");
    assertThat(found(look("_http._tcp.shop.test", Records.srv, null)))
        .containsExactly("10.0.0.1:8001");
  }

  @Test
  void aServiceWhoseTargetCannotBeLookedUpFailsAll() {
    names.services("_http._tcp.shop.test", 20, "0 1 8001 a.test", "0 1 8002 b.test");
    names.addresses("a.test", 60, "10.0.0.1");
    names.fail("b.test", NameServer.SERVFAIL);
    assertThat(look("_http._tcp.shop.test", Records.srv, null)).isInstanceOf(Reply.Failed.class);
  }

  @Test
  void aTargetOfADotIsNoService() {
    names.services("_http._tcp.shop.test", 20, "0 0 0 .");
    assertThat(look("_http._tcp.shop.test", Records.srv, null)).isInstanceOf(Reply.None.class);
  }

  @Test
  void anAnswerThatWasCutOffIsAskedForOverTcp() {
    String[] many = IntStream.range(0, 200).mapToObj(i -> "10.0.1." + i).toArray(String[]::new);
    names.addresses("many.test", 30, many);
    assertThat(found(look("many.test", Records.address, 80))).hasSize(200);
    assertThat(names.questionsOverTcp()).isPositive();
  }

  @Test
  void thereIsNothingWhereTheNameOrItsRecordsAreMissing() {
    names.services("bare.test", 30, "0 0 1 a.test");
    assertThat(look("bare.test", Records.address, 80)).isInstanceOf(Reply.None.class);
    assertThat(look("nowhere.test", Records.address, 80))
        .isEqualTo(new Reply.None<Found>("no such name"));
  }

  @Test
  void aServerThatFailsIsAFailure() {
    names.fail("a.test", NameServer.SERVFAIL);
    assertThat(look("a.test", Records.address, 80))
        .isInstanceOfSatisfying(Reply.Failed.class, failed -> assertThat(failed.late()).isFalse());
  }

  @Test
  void aServerThatRefusesIsAFailure() {
    names.fail("a.test", NameServer.REFUSED);
    assertThat(look("a.test", Records.address, 80)).isInstanceOf(Reply.Failed.class);
  }

  @Test
  void addressesOfOneFamilyAreNoAnswerWhereTheOtherIsRefused() {
    names.addresses("a.test", 30, "10.0.0.1");
    names.fail("a.test", NameServer.AAAA, NameServer.REFUSED);
    assertThat(look("a.test", Records.address, 80)).isInstanceOf(Reply.Failed.class);
  }

  @Test
  void theNextServerIsAskedWhereTheFirstRefuses() {
    try (NameServer first = new NameServer()) {
      first.fail("four.test", NameServer.REFUSED);
      names.addresses("four.test", 30, "10.0.0.1");
      assertThat(found(look(at("four.test", Records.address, 80, first, names))))
          .containsExactly("10.0.0.1:80");
    }
  }

  @Test
  void aSilentServerIsWaitedForOnceAndNotForEachTarget() {
    try (NameServer silent = new NameServer()) {
      silent.silence();
      serviceOf(40);
      assertThat(found(look(at("_http._tcp.shop.test", Records.srv, null, silent, names))))
          .hasSize(40);
      assertThat(silent.questions()).isEqualTo(1);
    }
  }

  @Test
  void aLookUpThatIsCancelledAsksNothingMore() {
    serviceOf(40);
    IntStream.range(0, 40).forEach(i -> names.silence("t" + i + ".test"));
    try (DnsLookup lookup =
        new DnsLookup(vertx, at("_http._tcp.shop.test", Records.srv, null, names))) {
      CompletableFuture<Reply<Found>> reply = lookup.look();
      int ofTheFirstTargets = 2 + 2 * 16; // after the services, over UDP and over TCP
      await().until(() -> names.questions() == ofTheFirstTargets);
      reply.cancel(false);
      await()
          .during(Duration.ofSeconds(3)) // in which the first targets are given up
          .atMost(Duration.ofSeconds(10))
          .until(() -> names.questions() == ofTheFirstTargets);
    }
  }

  private void serviceOf(int targets) {
    names.services(
        "_http._tcp.shop.test",
        20,
        IntStream.range(0, targets).mapToObj(i -> "0 1 80 t" + i + ".test").toArray(String[]::new));
    IntStream.range(0, targets).forEach(i -> names.addresses("t" + i + ".test", 60, "10.0.0." + i));
  }

  @Test
  void aServerThatSaysNothingIsTooLate() {
    names.silence("a.test");
    assertThat(look("a.test", Records.address, 80))
        .isInstanceOfSatisfying(Reply.Failed.class, failed -> assertThat(failed.late()).isTrue());
  }

  @Test
  void theNextServerIsAskedWhereTheFirstIsDown() {
    names.addresses("shop.test", 30, "10.0.0.1");
    HostPort down = new HostPort("127.0.0.1", new FreePorts(1).next());
    assertThat(
            found(
                look(
                    new Discovery(
                        "shop.test",
                        Records.address,
                        80,
                        Duration.ofSeconds(5),
                        List.of(down, names.address())))))
        .containsExactly("10.0.0.1:80");
  }

  private Reply<Found> look(String name, Records records, @Nullable Integer port) {
    return look(at(name, records, port, names));
  }

  private static Discovery at(
      String name, Records records, @Nullable Integer port, NameServer... servers) {
    List<HostPort> addresses = Stream.of(servers).map(NameServer::address).toList();
    return new Discovery(name, records, port, Duration.ofSeconds(5), addresses);
  }

  private Reply<Found> look(Discovery what) {
    try (DnsLookup lookup = new DnsLookup(vertx, what)) {
      return lookup.look().join();
    }
  }

  private static List<String> found(Reply<Found> reply) {
    return switch (reply) {
      case Reply.Some<Found> some ->
          some.items().stream().map(one -> one.host() + ":" + one.port()).toList();
      default -> throw new AssertionError(reply);
    };
  }
}
