package io.atoll.config;

/** What the node says of itself. */
@Planned("tracing")
public record TelemetryConfig(@Doc("One line a request.") @Default("{}") AccessLog accessLog) {

  /** The access log. */
  public record AccessLog(
      @Doc("How a line looks.") @Default("json") Format format,
      @Doc("stdout, stderr, or a file's path.") @Default("stdout") LogOutput output,
      @Doc("The share of requests that is logged, 0.0 to 1.0.") @Default("1.0") double sample) {

    /** How a line looks. */
    public enum Format {
      /** One JSON object. */
      json,
      /** Apache's combined format. */
      @Planned
      combined,
      /** No line. */
      off
    }
  }
}
