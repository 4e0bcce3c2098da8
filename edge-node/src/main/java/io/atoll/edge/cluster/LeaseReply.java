package io.atoll.edge.cluster;

import io.atoll.edge.cache.FillLease;
import io.atoll.edge.cache.FillLeases;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FillLeases.Answer} as it crosses the wire.
 *
 * @param word what was answered
 * @param holder id of the process that fetches or did; empty for none
 */
record LeaseReply(String word, String holder) {
  static LeaseReply of(FillLeases.Answer answer, @Nullable FillLease lease) {
    String word =
        switch (answer) {
          case FillLeases.Answer.Granted _ -> "granted";
          case FillLeases.Answer.Held() -> "held";
          case FillLeases.Answer.Stored() -> "stored";
          case FillLeases.Answer.Pass() -> "pass";
          case FillLeases.Answer.Unknown() -> "unknown";
        };
    return new LeaseReply(word, lease == null ? "" : lease.holder());
  }

  FillLeases.Answer answer(long token) {
    return switch (word) {
      case "granted" -> new FillLeases.Answer.Granted(token);
      case "held" -> new FillLeases.Answer.Held();
      case "stored" -> new FillLeases.Answer.Stored();
      case "pass" -> new FillLeases.Answer.Pass();
      default -> new FillLeases.Answer.Unknown();
    };
  }
}
