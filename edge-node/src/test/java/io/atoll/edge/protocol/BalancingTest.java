package io.atoll.edge.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.testkit.RawBackend;
import io.atoll.edge.testkit.RawConnection;
import io.atoll.edge.testkit.Scene;
import io.atoll.edge.testkit.TestNode;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which backend requests reach, by how the upstream is configured. */
class BalancingTest {
  private static final int BACKENDS = 5;
  private static final int KEYS = 40;

  @RegisterExtension private final Scene scene = new Scene();

  private TestNode node(String upstream) {
    int[] ports =
        IntStream.range(0, BACKENDS)
            .map(
                i ->
                    scene
                        .backend(
                            connection -> {
                              while (!connection.readHead().isEmpty()) {
                                connection.send(RawBackend.ok("backend " + i));
                              }
                            })
                        .port())
            .toArray();
    return scene.node(
        """
        node: {eventLoops: 2}
        listeners: [{name: http, bind: "127.0.0.1:0", trustedProxies: [127.0.0.0/8]}]
        upstreams: [{name: shop, backends: %s, %s}]
        routes: [{name: all, proxy: {upstream: shop}}]
        """
            .formatted(Scene.backends(ports), upstream));
  }

  private static String asked(RawConnection client, String path, String fields) {
    client.send("GET " + path + " HTTP/1.1\r\nHost: shop.example\r\n" + fields + "\r\n");
    String response = client.readResponse();
    assertThat(response).startsWith("HTTP/1.1 200");
    return response.substring(response.indexOf("backend "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{header: X-User}       | /           | X-User: KEY",
        "{header: X-User}       | /?n=RANDOM  | x-user: KEY",
        "{cookie: sid}          | /           | Cookie: a=RANDOM; sid=KEY; b=RANDOM",
        "{query: user}          | /?a=RANDOM&user=KEY&b=RANDOM | X-A: b",
        "{query: user}          | /?user=&user=KEY | X-A: b",
        "path                   | /KEY?n=RANDOM | X-A: b",
        "clientIp               | /RANDOM     | X-Forwarded-For: 192.0.2.KEY",
        "clientIp               | /RANDOM     | X-Forwarded-For: 2001:db8:0:KEY::RANDOM",
      })
  void requestsWithOneKeyReachOneBackendWhicheverLoopTheyCameBy(
      String by, String path, String field) {
    TestNode node = node("balance: {consistentHash: " + by + "}");
    RawConnection one = scene.connect(node);
    RawConnection other = scene.connect(node);

    Set<String> homes = new HashSet<>();
    for (int key = 1; key <= KEYS; key++) {
      Set<String> met = new HashSet<>();
      for (int n = 0; n < 3; n++) {
        met.add(asked(one, text(path, key, n), text(field, key, n) + "\r\n"));
        met.add(asked(other, text(path, key, n + 10), text(field, key, n + 10) + "\r\n"));
      }
      assertThat(met).hasSize(1);
      homes.addAll(met);
    }
    assertThat(homes).hasSize(BACKENDS);
  }

  private static String text(String pattern, int key, int random) {
    return pattern.replace("KEY", Integer.toString(key)).replace("RANDOM", "" + random);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{header: X-User}", "{cookie: sid}", "{query: user}"})
  void requestsWithoutTheKeyGoByChance(String by) {
    RawConnection client = scene.connect(node("balance: {consistentHash: " + by + "}"));

    Set<String> met = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      met.add(asked(client, "/?users=1&user=", "X-User:\r\nCookie: sidx=1\r\n"));
    }

    assertThat(met).hasSize(BACKENDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"roundRobin", "leastRequest", "peakEwma", "random"})
  void everyOtherAlgorithmReachesEveryBackend(String algorithm) {
    RawConnection client = scene.connect(node("balance: " + algorithm + ", slowStart: 1s"));

    Set<String> met = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      met.add(asked(client, "/", ""));
    }

    assertThat(met).hasSize(BACKENDS);
  }

  @Test
  void aClientStaysWhereItsAddressLeads() {
    RawConnection client = scene.connect(node("balance: ipHash"));

    Set<String> met = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      met.add(asked(client, "/" + i, ""));
    }

    assertThat(met).hasSize(1);
  }
}
