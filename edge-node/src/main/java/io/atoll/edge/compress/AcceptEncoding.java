package io.atoll.edge.compress;

import io.atoll.config.RouteConfig.Coding;
import io.atoll.edge.negotiate.Weight;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The codings that a client takes, with their weights (RFC 9110 section 12.5.3). Immutable.
 *
 * @param weights in thousandths, by the name in lower case; {@code *} stands for all others
 */
public record AcceptEncoding(Map<String, Integer> weights) {
  /** Keeps the weights as they are now. */
  public AcceptEncoding {
    weights = Map.copyOf(weights);
  }

  /** Reads every line of the field; one that is absent takes nothing but {@code identity}. */
  public static AcceptEncoding parse(List<String> lines) {
    Map<String, Integer> weights = new HashMap<>();
    for (String line : lines) {
      for (String member : line.split(",", -1)) {
        add(member.strip().toLowerCase(Locale.ROOT), weights);
      }
    }
    return new AcceptEncoding(weights);
  }

  /**
   * Those of the codings offered that the client takes and does not like less than the plain form,
   * best first; of equal ones in the order of the offer.
   */
  public List<Coding> rank(List<Coding> offered) {
    if (weights.isEmpty()) {
      return List.of();
    }
    int plain = weights.getOrDefault("identity", 0);
    return offered.stream()
        .filter(coding -> weight(coding) > 0 && weight(coding) >= plain)
        .sorted(Comparator.comparingInt((Coding coding) -> -weight(coding)))
        .toList();
  }

  private int weight(Coding coding) {
    Integer own = weights.get(coding.name());
    if (own == null && coding == Coding.gzip) {
      own = weights.get("x-gzip"); // RFC 9110 section 8.4.1.3
    }
    return own != null ? own : weights.getOrDefault("*", 0);
  }

  private static void add(String member, Map<String, Integer> weights) {
    int semicolon = member.indexOf(';');
    String coding = (semicolon < 0 ? member : member.substring(0, semicolon)).strip();
    if (!coding.isEmpty()) {
      weights.put(coding, semicolon < 0 ? Weight.FULL : Weight.of(member.substring(semicolon + 1)));
    }
  }
}
