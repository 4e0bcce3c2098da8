package io.atoll.edge.health;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Why a node leaves a backend alone; those that say most come first. */
enum EjectionReason {
  /** This node had no connection to it. */
  CONNECT_FAILURE,
  /** Errors in a row, at this node or at all together. */
  CONSECUTIVE_ERRORS,
  /** Too many errors in the window. */
  ERROR_RATE,
  /** Much slower than the others. */
  LATENCY,
  /** It was ejected, and failed its trial. */
  TRIAL;

  /** Every word there is. */
  static final List<String> WORDS = Arrays.stream(values()).map(EjectionReason::word).toList();

  /** The word in metrics. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
