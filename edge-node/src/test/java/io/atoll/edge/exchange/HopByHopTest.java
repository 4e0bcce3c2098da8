package io.atoll.edge.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;

class HopByHopTest {
  @Test
  void aResponseLosesWhatConcernsTheConnection() {
    MultiMap fields =
        MultiMap.caseInsensitiveMultiMap()
            .add("connection", "close, X-Secret")
            .add("Keep-Alive", "timeout=5")
            .add("Transfer-Encoding", "chunked")
            .add("Upgrade", "h2c")
            .add("x-secret", "1")
            .add("X-Kept", "1");
    HopByHop.strip(fields);
    assertThat(fields.names()).containsExactly("X-Kept");
  }

  @Test
  void connectionCanNotRemoveWhatOthersRelyOn() {
    MultiMap fields =
        MultiMap.caseInsensitiveMultiMap()
            .add("Connection", "Host, Cache-Control, content-length, X-Gone");
    assertThat(HopByHop.nominated(fields)).containsExactly("X-Gone");
  }

  @Test
  void everyLineOfConnectionCounts() {
    MultiMap fields =
        MultiMap.caseInsensitiveMultiMap()
            .add("Connection", "keep-alive")
            .add("Connection", "X-Gone")
            .add("Connection", "X-Gone-Too");
    assertThat(HopByHop.nominated(fields)).containsExactly("X-Gone", "X-Gone-Too");
  }

  @Test
  void everyHopByHopNameIsKnownInAnyCase() {
    for (String name :
        new String[] {
          "Connection",
          "keep-alive",
          "PROXY-CONNECTION",
          "te",
          "Trailer",
          "transfer-encoding",
          "Upgrade",
          "Proxy-Authenticate",
          "proxy-authorization",
          "HTTP2-Settings"
        }) {
      assertThat(HopByHop.is(name)).as(name).isTrue();
    }
    assertThat(HopByHop.is("Accept")).isFalse();
    assertThat(HopByHop.is("Upgrade-Insecure-Requests")).isFalse();
  }
}
