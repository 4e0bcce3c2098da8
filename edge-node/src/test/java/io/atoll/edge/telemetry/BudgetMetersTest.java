package io.atoll.edge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.atoll.edge.telemetry.BudgetMeters.By;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetMetersTest {
  @Test
  void areExposedByTheNamesOfTheDocumentation() {
    Telemetry telemetry = new Telemetry();
    BudgetMeters meters = new BudgetMeters(telemetry, "per-client");
    BudgetMeters.keys(telemetry, () -> 7);
    meters.decided(true, By.LEASE);
    meters.decided(false, By.FALLBACK);
    meters.granted();
    meters.late();
    new ClusterCallMeters(telemetry, "budgets").ok();

    assertThat(telemetry.scrape(List.of()))
        .contains(
            "atoll_rate_limit_decisions_total"
                + "{by=\"lease\",decision=\"admitted\",limit=\"per-client\"} 1.0",
            "atoll_rate_limit_decisions_total"
                + "{by=\"fallback\",decision=\"refused\",limit=\"per-client\"} 1.0",
            "atoll_rate_limit_leases_total{limit=\"per-client\",result=\"granted\"} 1.0",
            "atoll_rate_limit_leases_total{limit=\"per-client\",result=\"late\"} 1.0",
            "atoll_rate_limit_leases_total{limit=\"per-client\",result=\"empty\"} 0.0",
            "atoll_rate_limit_keys 7.0",
            "atoll_cluster_calls_total{result=\"ok\",structure=\"budgets\"} 1.0");
  }
}
