package io.atoll.edge.cluster;

import io.atoll.edge.health.BackendKey;

/**
 * Who reports of what. Crosses the wire.
 *
 * @param upstream the upstream's name
 * @param backend its {@code HOST:PORT}
 * @param node the reporting node's id
 */
record ReportKey(String upstream, String backend, String node) {
  BackendKey about() {
    return new BackendKey(upstream, backend);
  }
}
