package io.atoll.edge.discovery;

/** Who lists a backend. */
public enum Source {
  /** The configuration. */
  CONFIG("config"),
  /** An answer of DNS. */
  DNS("dns"),
  /** An operator, through the admin API. */
  OPERATOR("operator");

  private final String word;

  Source(String word) {
    this.word = word;
  }

  /** As the API and the metrics show it. */
  public String word() {
    return word;
  }
}
