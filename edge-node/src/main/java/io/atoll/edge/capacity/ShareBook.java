package io.atoll.edge.capacity;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may send one backend how many requests at once. Immutable; what follows from a claim is
 * another book. Whatever is lost, delayed or said twice: as long as nodes say the truth of what
 * they hold, and a node that left uses nothing, what they hold is never more than the limit in sum.
 * So a node gets more only out of what no other is written down with, and those that have more than
 * is theirs are asked to give it back, and counted with it until they say they did.
 *
 * @param since when it was begun, milliseconds of the clock that claims are decided by
 * @param holders who has claimed, in the order of their first claims
 */
public record ShareBook(long since, List<Holder> holders) {
  /**
   * A book that was begun a moment ago may stand in for one that was lost. Nodes that hold
   * something say so within this, as they speak up every {@link Claimant#RELAXED} at least; until
   * then nobody gets more than an even part.
   */
  static final Duration SETTLED = Duration.ofMillis(1500);

  /** Where there are fewer slots than nodes, they go round in turns of so long. */
  static final Duration TURN = Duration.ofMillis(250);

  /** Of what it wants, a node gets this part more as long as there is enough: it may want more. */
  private static final int HEADROOM = 4;

  /** A copy of the list. */
  public ShareBook {
    holders = List.copyOf(holders);
  }

  /**
   * One node's part.
   *
   * @param node its name
   * @param number of its last claim
   * @param held how many requests it may have under way, by all that is known
   * @param wanted how many it could use
   * @param share what it was last answered
   */
  public record Holder(String node, long number, int held, int wanted, Share share) {}

  /**
   * What follows from a claim.
   *
   * @param book the one from now on
   * @param share the answer
   */
  public record Decided(ShareBook book, Share share) {}

  /** A book in which nobody holds anything. */
  public static ShareBook begun(long now) {
    return new ShareBook(now, List.of());
  }

  /**
   * Decides about a claim. One that is older than the node's last changes nothing.
   *
   * @param node who claims
   * @param present the nodes that are there; what others held is free
   * @param now in milliseconds
   */
  public Decided claim(String node, Claim claim, Collection<String> present, long now) {
    Holder before = find(node);
    if (before != null && claim.number() <= before.number()) {
      return new Decided(this, before.share());
    }
    List<Holder> others = others(node, present);
    // Who is there and has not claimed may hold the least that everyone may.
    int nodes = Math.max(present.size(), others.size() + 1);
    int least = least(claim.limit(), nodes);
    int unheard = (nodes - others.size() - 1) * least;
    Share share = share(claim, others, place(node, others), nodes, unheard, now);
    int held = Math.max(share.slots(), claim.holding());
    Holder after = new Holder(node, claim.number(), held, claim.wanted(), share);
    return new Decided(with(others, before, after), share);
  }

  /** A node holds nothing any more; null where nobody is left. */
  public @Nullable ShareBook without(String node, long number) {
    Holder before = find(node);
    if (before == null || number <= before.number()) {
      return this;
    }
    List<Holder> left = holders.stream().filter(holder -> !holder.equals(before)).toList();
    return left.isEmpty() ? null : new ShareBook(since, left);
  }

  private @Nullable Holder find(String node) {
    for (Holder holder : holders) {
      if (holder.node().equals(node)) {
        return holder;
      }
    }
    return null;
  }

  private List<Holder> others(String node, Collection<String> present) {
    return holders.stream()
        .filter(holder -> !holder.node().equals(node) && present.contains(holder.node()))
        .toList();
  }

  /** Where a node stands among the others: not at its own claims elsewhere than at theirs. */
  private int place(String node, List<Holder> others) {
    int place = 0;
    for (Holder holder : holders) {
      if (holder.node().equals(node)) {
        return place;
      }
      place += others.contains(holder) ? 1 : 0;
    }
    return place;
  }

  /** Where it was, so that the order stays. */
  private ShareBook with(List<Holder> others, @Nullable Holder before, Holder after) {
    List<Holder> all = new ArrayList<>(others.size() + 1);
    for (Holder holder : holders) {
      if (holder.equals(before)) {
        all.add(after);
      } else if (others.contains(holder)) {
        all.add(holder);
      }
    }
    if (before == null) {
      all.add(after);
    }
    return new ShareBook(since, all);
  }

  /** What a node may have without having said that it wants it. */
  private static int least(int limit, int nodes) {
    return limit >= nodes ? 1 : 0;
  }

  private Share share(
      Claim claim, List<Holder> others, int place, int nodes, int unheard, long now) {
    int limit = claim.limit();
    int least = least(limit, nodes);
    int[] wanted = new int[others.size() + 1];
    wanted[place] = claim.wanted();
    long free = (long) limit - unheard - claim.holding();
    for (int i = 0; i < others.size(); i++) {
      wanted[i < place ? i : i + 1] = others.get(i).wanted();
      free -= others.get(i).held();
    }
    long turn = least == 0 ? now / TURN.toMillis() : 0;
    int target = target(limit - unheard, wanted, least, turn)[place];
    int most = claim.holding() + (int) Math.max(0, free);
    if (now - since < SETTLED.toMillis()) {
      most = Math.min(most, Math.max(claim.holding(), limit / nodes));
    }
    boolean scarce = 2 * Arrays.stream(wanted).asLongStream().sum() > limit;
    return new Share(Math.min(target, most), scarce);
  }

  /**
   * What each should have. One comes first, for everybody who may or wants to have any: where there
   * are fewer than nodes, who wants many would else have all of them.
   */
  private static int[] target(int amount, int[] wanted, int least, long turn) {
    int[] one = Arrays.stream(wanted).map(most -> Math.clamp(most, least, 1)).toArray();
    int[] rest = Arrays.stream(wanted).map(most -> Math.max(0, most - 1)).toArray();
    int[] more = Arrays.stream(wanted).map(most -> most > 0 ? most / HEADROOM + 1 : 0).toArray();
    int[] target = new int[wanted.length];
    int left = amount;
    for (int[] wish : List.of(one, rest, more)) {
      int[] given = Division.fair(left, wish, turn);
      for (int i = 0; i < given.length; i++) {
        target[i] += given[i];
        left -= given[i];
      }
    }
    return target;
  }
}
