package io.atoll.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReportsTest {
  private static final BackendKey KEY = new BackendKey("shop", "10.0.0.1:80");

  private final AtomicLong now = new AtomicLong(1000);
  private final List<String> news = new ArrayList<>();
  private final VerdictBoard.Listeners listeners = new VerdictBoard.Listeners();
  private final Reports reports = new Reports(now::get, listeners);

  ReportsTest() {
    listeners.add(
        new VerdictBoard.Listener() {
          @Override
          public void changed(BackendKey backend) {
            news.add("changed");
          }

          @Override
          public void suspected(BackendKey backend) {
            news.add("suspected");
          }
        });
  }

  @Test
  void anObservationIsKnownWithTheTimeItCame() {
    reports.received(KEY, "a", Report.NONE.observed(1, true));

    assertThat(reports.sightings(KEY)).containsExactly(new Sighting("a", true, 1000));
    assertThat(news).containsExactly("changed");
  }

  @Test
  void theSameObservationDeliveredAgainIsNoFresher() {
    reports.received(KEY, "a", Report.NONE.observed(1, true));
    now.set(2000);
    reports.received(KEY, "a", Report.NONE.observed(1, true));

    assertThat(reports.sightings(KEY)).containsExactly(new Sighting("a", true, 1000));
    assertThat(news).containsExactly("changed");
  }

  @Test
  void anOlderObservationIsIgnored() {
    reports.received(KEY, "a", Report.NONE.observed(2, false));
    reports.received(KEY, "a", Report.NONE.observed(1, true));

    assertThat(reports.sightings(KEY)).containsExactly(new Sighting("a", false, 1000));
  }

  @Test
  void aSuspicionIsNoObservation() {
    reports.received(KEY, "a", Report.NONE.suspected(1));

    assertThat(reports.sightings(KEY)).isEmpty();
    assertThat(news).containsExactly("suspected");
  }

  @Test
  void aSuspicionDoesNotRefreshTheObservationBesideIt() {
    Report first = Report.NONE.observed(1, true);
    reports.received(KEY, "a", first);
    now.set(2000);
    reports.received(KEY, "a", first.suspected(2));

    assertThat(reports.sightings(KEY)).containsExactly(new Sighting("a", true, 1000));
    assertThat(news).containsExactly("changed", "suspected");
  }

  @Test
  void aNodeThatIsGoneIsForgottenAndBelievedAnewWhenItComesBack() {
    reports.received(KEY, "a", Report.NONE.observed(900, false));
    reports.retain(Set.of("b"));
    assertThat(reports.sightings(KEY)).isEmpty();

    reports.received(KEY, "a", Report.NONE.observed(1, true));
    assertThat(reports.sightings(KEY)).containsExactly(new Sighting("a", true, 1000));
  }
}
