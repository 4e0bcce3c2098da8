package io.atoll.edge.health;

/**
 * The name of a backend that all nodes share.
 *
 * @param upstream the upstream's name
 * @param backend its {@code HOST:PORT}
 */
public record BackendKey(String upstream, String backend) {
  @Override
  public String toString() {
    return upstream + "/" + backend;
  }
}
