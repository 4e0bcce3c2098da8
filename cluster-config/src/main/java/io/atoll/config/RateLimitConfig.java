package io.atoll.config;

import org.jspecify.annotations.Nullable;

/** A named budget. */
public record RateLimitConfig(
    @Doc("Unique among limits.") String name,
    @Doc("What is counted apart.") Key key,
    @Doc("How fast the budget fills.") Rate rate,
    @Doc("How much it holds; default: one second's worth, at least 1.") @Nullable Integer burst,
    @Doc("What happens to a key this node hasn't seen.") @Default("fast") Mode mode) {

  /** What is counted apart. */
  public sealed interface Key {}

  /** The client's address; IPv6 by /64. */
  @Doc("The client's address; IPv6 by /64.")
  @Tagged("clientIp")
  public record ClientIp() implements Key {}

  /** One budget for each route that names the limit. */
  @Doc("One budget for each route that names the limit.")
  @Tagged("route")
  public record Route() implements Key {}

  /** By the host asked for. */
  @Planned
  @Tagged("host")
  public record Host() implements Key {}

  /** The value of a request field; requests without it share one budget. */
  @Doc("The value of a request field; requests without it share one budget.")
  @Tagged("header")
  public record Header(@Doc("The field's name.") String header) implements Key {}

  /** The value of a cookie. */
  @Planned
  @Tagged("cookie")
  public record Cookie(String cookie) implements Key {}

  /** What an expression says. */
  @Planned
  @Tagged("expression")
  public record Expression(String expression) implements Key {}

  /** What happens to a key this node hasn't seen. */
  public enum Mode {
    /** The first request is admitted at once and charged after. */
    fast,
    /** It waits for the owner's answer: never one over. */
    exact
  }
}
