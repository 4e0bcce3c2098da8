package io.atoll.edge.balance;

import java.util.Locale;

/** The cluster's judgement of a backend. */
public enum Verdict {
  /** It gets requests. A backend of which nothing is known yet is presumed so. */
  HEALTHY,
  /** It gets none, unless too few others are left. */
  UNHEALTHY,
  /** An operator lets it empty: it keeps its sessions and gets no new ones, in panic neither. */
  DRAINING;

  /** The word in metrics and the admin API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
