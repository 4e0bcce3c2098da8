package io.atoll.edge.demo.check;

import static java.util.Locale.ROOT;

import io.atoll.edge.demo.DemoConfiguration;
import io.atoll.edge.demo.DemoLayout.Node;
import io.atoll.edge.demo.DemoLayout.SampleBackend;
import io.atoll.edge.demo.NodeLog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How a backend of the balanced upstream that is killed leaves rotation: when each node takes it
 * out, as its log says, and whether it is left alone from then on. Nodes are asked for their counts
 * before and after only: to watch them meanwhile keeps the machine busy and takes longer than what
 * is measured.
 */
final class Departure {
  /**
   * A process takes time to end, and until then its kernel takes connections; no longer than so.
   */
  private static final Duration TO_END = Duration.ofMillis(150);

  private final Clock clock = Clock.systemUTC();
  private final Trial trial;
  private final SampleBackend backend;
  private Instant killed = Instant.MAX;
  private Instant gone = Instant.MAX;
  private double triesBefore;
  private double triesUntilSettled;

  /** Prepares to follow a backend. */
  Departure(Trial trial, SampleBackend backend) {
    this.trial = trial;
    this.backend = backend;
  }

  /** Counts what was sent there so far. */
  void begin() throws IOException, InterruptedException {
    triesBefore = tries();
  }

  /** It is sent SIGKILL now. */
  void killing() {
    killed = clock.instant();
  }

  /** Its process has ended: until then its kernel took connections for it. */
  void gone() {
    gone = clock.instant();
  }

  /** Every node had time to take it out: no try may come from now on. */
  void settled() throws IOException, InterruptedException {
    triesUntilSettled = tries();
  }

  /** What became of it, judged from its end. */
  Finding finding(Duration goal) throws IOException, InterruptedException {
    double later = tries() - triesUntilSettled;
    Instant last = killed;
    for (Node node : trial.layout().nodes()) {
      Optional<Instant> out =
          new NodeLog(trial.cluster().process(node).log())
              .outOfRotation(DemoConfiguration.SHOP, backend.authority(), killed);
      if (out.isEmpty()) {
        return finding("still in rotation at " + node.id(), goal, false);
      }
      last = last.isAfter(out.get()) ? last : out.get();
    }
    return judge(
        Duration.between(killed, last),
        Duration.between(killed, gone),
        triesUntilSettled - triesBefore,
        later,
        goal);
  }

  /**
   * Judges times since SIGKILL. Where no try was seen at all, from before the kill on, this did not
   * look at what clients use.
   *
   * @param out when the last node took it out
   * @param end when its process had ended
   * @param tries until nodes had time to do so
   * @param later tries since
   * @param goal for the last node, from the end of the process
   */
  static Finding judge(Duration out, Duration end, double tries, double later, Duration goal) {
    Duration counted = end.compareTo(TO_END) < 0 ? end : TO_END;
    long afterEnd = Math.max(0, out.minus(counted).toMillis());
    String figure =
        String.format(
            ROOT,
            "%d ms after its end (%d after SIGKILL), %.0f tries, %.0f later",
            afterEnd,
            out.toMillis(),
            tries,
            later);
    return finding(figure, goal, tries > 0 && later == 0 && afterEnd <= goal.toMillis());
  }

  private static Finding finding(String figure, Duration goal, boolean kept) {
    return new Finding(
        "origin killed: out of rotation, last node",
        figure,
        "<= " + goal.toMillis() + " ms, 0 later",
        kept);
  }

  private double tries() throws IOException, InterruptedException {
    Map<String, String> labels =
        Map.of("upstream", DemoConfiguration.SHOP, "backend", backend.authority());
    double sum = 0;
    for (Node node : trial.layout().nodes()) {
      sum += trial.backstage().metric(node, "atoll_upstream_attempts_total", labels);
    }
    return sum;
  }
}
