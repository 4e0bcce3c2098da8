package io.atoll.edge.balance;

import static java.util.Objects.requireNonNull;

import io.atoll.bench.Plot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Simulates what the balancers do, with the node's own code, and draws the diagrams of {@code
 * docs/balancing.md}: {@code java ... io.atoll.edge.balance.BalancingPlots docs/images}. The same
 * numbers come at each run.
 */
public final class BalancingPlots {
  private static final long SEED = 20261125;
  private static final int[] SIZES = {3, 5, 10, 20, 50, 100, 200, 500, 1000};
  private static final int KEYS = 100_000;

  private BalancingPlots() {}

  /** Writes the diagrams to the folder that is named. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    load().write(folder.resolve("balancing-load.svg"));
    share().write(folder.resolve("balancing-share.svg"));
    slow(folder);
    moved().write(folder.resolve("balancing-moved.svg"));
    hot().write(folder.resolve("balancing-hot.svg"));
  }

  private static List<Integer> ones(int size) {
    return Collections.nCopies(size, 1);
  }

  private static Balancer balancer(String yaml) {
    return Balancer.of(Simulated.config(yaml), new SplittableRandom(SEED), () -> 0);
  }

  private static Picking keyed(long key) {
    long hash = StableHash.mix(key);
    return new Picking() {
      @Override
      public boolean excludes(Backend backend) {
        return false;
      }

      @Override
      public long hash() {
        return hash;
      }
    };
  }

  /** Ten requests for each backend, none of which ends. */
  private static Plot load() {
    Plot plot =
        new Plot(
            "Ten requests under way for each backend", "backends", "most at one, ÷ the mean", true);
    for (String algorithm : List.of("random", "leastRequest", "roundRobin")) {
      List<double[]> points = new ArrayList<>();
      for (int size : SIZES) {
        Rotation rotation = Simulated.set("balance: " + algorithm, ones(size)).rotation();
        Balancer balancer = balancer("balance: " + algorithm);
        for (int i = 0; i < 10 * size; i++) {
          requireNonNull(balancer.pick(rotation, Picking.ANYWHERE)).begin();
        }
        int most = rotation.backends().stream().mapToInt(Backend::outstanding).max().orElseThrow();
        points.add(new double[] {size, most / 10.0});
      }
      plot.line(algorithm, points);
    }
    return plot;
  }

  /** How far the backend that is furthest from its share is from it, 20 of weights 1 to 10. */
  private static Plot share() {
    Plot plot =
        new Plot(
            "20 backends with weights from 1 to 10",
            "requests so far",
            "requests from its share, the furthest",
            true);
    List<Integer> weights = new SplittableRandom(SEED).ints(20, 1, 11).boxed().toList();
    for (String algorithm : List.of("random", "roundRobin")) {
      Rotation rotation = Simulated.set("balance: " + algorithm, weights).rotation();
      Balancer balancer = balancer("balance: " + algorithm);
      List<double[]> points = new ArrayList<>();
      long[] had = new long[rotation.size()];
      double next = 1;
      for (int taken = 1; taken <= 10_000; taken++) {
        had[rotation.indexOf(requireNonNull(balancer.pick(rotation, Picking.ANYWHERE)))]++;
        double furthest = 0;
        for (int i = 0; i < had.length; i++) {
          double share = taken * rotation.share(rotation.get(i));
          furthest = Math.max(furthest, Math.abs(had[i] - share));
        }
        if (taken >= next) {
          points.add(new double[] {taken, furthest});
          next *= 1.1;
        }
      }
      plot.line(algorithm, points);
    }
    return plot;
  }

  /** Twenty backends that take 10 ms on average, one of which takes 200 ms from second 10 to 30. */
  private static void slow(Path folder) throws IOException {
    Plot part =
        new Plot(
            "One of 20 backends is 20 times as slow from second 10 to 30",
            "seconds",
            "its per cent of the requests",
            false);
    Plot time =
        new Plot(
            "One of 20 backends is 20 times as slow from second 10 to 30",
            "seconds",
            "99th percentile, ms",
            false);
    for (String algorithm : List.of("random", "roundRobin", "leastRequest", "peakEwma")) {
      Traffic traffic = new Traffic("balance: " + algorithm);
      traffic.run();
      part.line(algorithm, traffic.part);
      time.line(algorithm, traffic.percentile);
    }
    part.write(folder.resolve("balancing-slow-part.svg"));
    time.write(folder.resolve("balancing-slow-time.svg"));
  }

  /** Requests that come by chance, on average one under way at each backend. */
  private static final class Traffic {
    private static final int BACKENDS = 20;
    private static final double MEAN_SECONDS = 0.010;
    private static final double SECONDS = 60;

    final List<double[]> part = new ArrayList<>();
    final List<double[]> percentile = new ArrayList<>();

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final BackendSet set;
    private final Balancer balancer;
    private final PriorityQueue<Request> underWay =
        new PriorityQueue<>(Comparator.comparingDouble(Request::ends));
    private double now;

    private record Request(Backend backend, double began, double ends) {}

    Traffic(String yaml) {
      this.set = Simulated.set(yaml, ones(BACKENDS));
      this.balancer = Balancer.of(Simulated.config(yaml), random.split(), () -> nanos(now));
    }

    private static long nanos(double seconds) {
      return Math.round(seconds * 1e9);
    }

    void run() {
      Backend slow = set.all().iterator().next();
      for (int second = 0; second < SECONDS; second++) {
        int all = 0;
        int slows = 0;
        List<Double> times = new ArrayList<>();
        while (now < second + 1) {
          now += exponential(MEAN_SECONDS / BACKENDS);
          endUntil(now);
          Backend picked = requireNonNull(balancer.pick(set.rotation(), Picking.ANYWHERE));
          picked.begin();
          boolean late = picked == slow && second >= 10 && second < 30;
          double takes = exponential(MEAN_SECONDS) * (late ? 20 : 1);
          underWay.add(new Request(picked, now, now + takes));
          times.add(takes * 1000);
          all++;
          slows += picked == slow ? 1 : 0;
        }
        part.add(new double[] {second, 100.0 * slows / all});
        Collections.sort(times);
        percentile.add(new double[] {second, times.get(times.size() * 99 / 100)});
      }
    }

    private void endUntil(double then) {
      while (!underWay.isEmpty() && underWay.peek().ends() <= then) {
        Request over = underWay.remove();
        over.backend().answered(nanos(over.ends() - over.began()), nanos(over.ends()));
        over.backend().end();
      }
    }

    private double exponential(double mean) {
      return -mean * Math.log(1 - random.nextDouble());
    }
  }

  /** Which part of the keys has another home after one of the backends has gone. */
  private static Plot moved() {
    Plot plot = new Plot("One backend goes", "backends", "per cent of the keys that move", true);
    List<double[]> listed = new ArrayList<>();
    List<double[]> ill = new ArrayList<>();
    List<double[]> remainder = new ArrayList<>();
    for (int size : SIZES) {
      String yaml = "balance: {consistentHash: path}, hashBound: 0, panicThreshold: 0";
      BackendSet set = Simulated.set(yaml, ones(size));
      Backend[] before = homes(set);
      set.judge(set.all().iterator().next(), false, false);
      ill.add(new double[] {size, moved(before, homes(set))});
      set.members(Simulated.members(ones(size)).subList(1, size));
      listed.add(new double[] {size, moved(before, homes(set))});
      remainder.add(new double[] {size, 100.0 * (size - 1) / size});
    }
    return plot.line("hash mod n, for comparison", remainder)
        .line("not listed any more", listed)
        .line("not well", ill);
  }

  private static Backend[] homes(BackendSet set) {
    Balancer balancer = new ByHash(0);
    Backend[] homes = new Backend[KEYS];
    for (int i = 0; i < KEYS; i++) {
      homes[i] = requireNonNull(balancer.pick(set.rotation(), keyed(i)));
    }
    return homes;
  }

  private static double moved(Backend[] before, Backend[] after) {
    int moved = 0;
    for (int i = 0; i < KEYS; i++) {
      moved += before[i] == after[i] ? 0 : 1;
    }
    return 100.0 * moved / KEYS;
  }

  /** A thousand requests under way among 20 backends, every fifth of which is for one key. */
  private static Plot hot() {
    Plot plot =
        new Plot(
            "One key has a fifth of 1,000 requests under way",
            "backend, the fullest first",
            "requests there, ÷ the mean",
            false);
    for (int bound : new int[] {0, 150, 110}) {
      String yaml =
          String.format(Locale.ROOT, "balance: {consistentHash: path}, hashBound: %d", bound);
      Rotation rotation = Simulated.set(yaml, ones(20)).rotation();
      Balancer balancer = balancer(yaml);
      for (int i = 0; i < 1000; i++) {
        requireNonNull(balancer.pick(rotation, keyed(i % 5 == 0 ? -1 : i))).begin();
      }
      int[] loads = rotation.backends().stream().mapToInt(Backend::outstanding).toArray();
      Arrays.sort(loads);
      List<double[]> points = new ArrayList<>();
      for (int i = 0; i < loads.length; i++) {
        points.add(new double[] {i + 1, loads[loads.length - 1 - i] / 50.0});
      }
      plot.line(bound == 0 ? "hashBound: 0" : "hashBound: " + bound, points);
    }
    return plot;
  }
}
