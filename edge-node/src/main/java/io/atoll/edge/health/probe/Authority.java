package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whom a check asks for, in {@code Host} or {@code :authority}.
 *
 * @param asked as it is sent; null: by the upstream's name for TLS, or the backend's address
 */
record Authority(UpstreamConfig upstream, @Nullable String asked) {
  /** For one backend. */
  String of(BackendAddress backend) {
    if (asked != null) {
      return asked;
    }
    String host = Objects.requireNonNullElse(upstream.serverName(), backend.host());
    int usual = upstream.secures(backend) ? 443 : 80;
    String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return backend.port() == usual ? bracketed : bracketed + ":" + backend.port();
  }
}
