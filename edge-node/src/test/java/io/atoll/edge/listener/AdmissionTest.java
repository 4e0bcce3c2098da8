package io.atoll.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.config.DataRate;
import io.atoll.config.DataSize;
import io.atoll.config.ListenerConfig;
import io.atoll.edge.telemetry.ListenerMeters;
import io.atoll.edge.telemetry.Telemetry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Telemetry telemetry = new Telemetry();

  private Admission admission(int most, int ofClient) {
    DataSize size = new DataSize(1);
    Duration second = Duration.ofSeconds(1);
    return new Admission(
        new ListenerConfig.Limits(
            most, ofClient, size, size, 1, size, second, new DataRate(size), second, 1),
        new ListenerMeters(telemetry, "http"));
  }

  @Test
  void oneMoreThanAClientMayHaveIsRefusedAndAnotherClientIsNot() {
    Admission admission = admission(10, 2);
    assertThat(admission.enter("192.0.2.1", false)).isTrue();
    assertThat(admission.enter("192.0.2.1", false)).isTrue();
    assertThat(admission.enter("192.0.2.1", false)).isFalse();
    assertThat(admission.enter("192.0.2.2", false)).isTrue();
    assertThat(telemetry.scrape(List.of()))
        .contains("atoll_listener_refused_total{limit=\"client\",listener=\"http\"} 1.0");
  }

  @Test
  void whatHasLeftMakesRoom() {
    Admission admission = admission(10, 1);
    assertThat(admission.enter("192.0.2.1", false)).isTrue();
    assertThat(admission.enter("192.0.2.1", false)).isFalse();
    admission.left("192.0.2.1", false);
    admission.left("192.0.2.1", false);
    assertThat(admission.enter("192.0.2.1", false)).isTrue();
  }

  @Test
  void aNetworkOf64BitsIsOneClient() {
    Admission admission = admission(10, 1);
    assertThat(admission.enter("2001:db8::1", false)).isTrue();
    assertThat(admission.enter("2001:db8::ffff:2", false)).isFalse();
    assertThat(admission.enter("2001:db8:0:1::1", false)).isTrue();
  }

  @Test
  void aTrustedProxyMayHaveAnyNumber() {
    Admission admission = admission(2, 1);
    assertThat(admission.enter("10.0.0.1", true)).isTrue();
    assertThat(admission.enter("10.0.0.1", true)).isTrue();
  }

  @Test
  void oneMoreThanTheListenerHasRoomForIsRefused() {
    Admission admission = admission(2, 0);
    assertThat(admission.enter()).isTrue();
    assertThat(admission.enter()).isTrue();
    assertThat(admission.enter()).isFalse();
    admission.left();
    admission.left();
    assertThat(admission.enter()).isTrue();
    assertThat(telemetry.scrape(List.of()))
        .contains("atoll_listener_refused_total{limit=\"connections\",listener=\"http\"} 1.0");
  }
}
