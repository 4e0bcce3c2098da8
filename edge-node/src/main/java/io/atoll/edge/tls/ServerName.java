package io.atoll.edge.tls;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import org.jspecify.annotations.Nullable;

/**
 * The name that backends are asked for by SNI, and that their certificates have to have.
 *
 * @param ofAll the one of all of the upstream; null: each has its own host's
 */
public record ServerName(@Nullable String ofAll) {
  /** Of an upstream's backends. */
  public static ServerName of(UpstreamConfig upstream) {
    return new ServerName(upstream.serverName());
  }

  /** Of one backend: without the final dot, which no certificate has (RFC 6066 section 3). */
  public String of(BackendAddress backend) {
    String name = ofAll == null ? backend.host() : ofAll;
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
