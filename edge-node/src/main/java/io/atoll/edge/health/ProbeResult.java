package io.atoll.edge.health;

/**
 * How one active check ended.
 *
 * @param passed whether the backend is as it should be
 * @param reason a few words for operators: {@code 204}, {@code no answer within 1000 ms}
 */
public record ProbeResult(boolean passed, String reason) {
  /** It is as it should be. */
  public static ProbeResult passed(String reason) {
    return new ProbeResult(true, reason);
  }

  /** It is not. */
  public static ProbeResult failed(String reason) {
    return new ProbeResult(false, reason);
  }
}
