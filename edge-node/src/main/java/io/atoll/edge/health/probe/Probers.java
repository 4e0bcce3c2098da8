package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;
import io.atoll.config.UpstreamConfig;
import io.atoll.config.UpstreamConfig.HealthCheck;
import io.atoll.edge.health.ProbeResult;
import io.atoll.edge.health.Prober;
import io.atoll.edge.tls.BackendQuic;
import io.atoll.edge.tls.BackendTls;
import io.netty.handler.codec.http.HttpMethod;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.function.Function;

/**
 * Makes the probers of upstreams: each asks as its upstream's own requests do, in its protocol and
 * over its TLS. Their checks run on the context that asks. Thread-safe.
 */
public final class Probers implements Function<UpstreamConfig, Prober> {
  static final String USER_AGENT = "atoll-health";

  private final VertxInternal vertx;

  /** For checks on the event loops of a Vert.x, and with its resolver. */
  public Probers(Vertx vertx) {
    this.vertx = (VertxInternal) vertx;
  }

  /**
   * The prober of an upstream that has a {@code healthCheck}. Reads the files of its TLS, and so
   * blocks; where one has become unusable since the configuration was checked, every check fails
   * and says so.
   */
  @Override
  public Prober apply(UpstreamConfig upstream) {
    HealthCheck check = upstream.healthCheck();
    if (check == null) {
      throw new IllegalArgumentException("upstreams." + upstream.name() + " has no healthCheck");
    }
    try {
      Probe probe = probe(upstream, check);
      return backend -> begin(probe, backend, check.timeout());
    } catch (IllegalArgumentException e) {
      ProbeResult unusable = ProbeResult.failed(String.valueOf(e.getMessage()));
      return _ -> Future.succeededFuture(unusable);
    }
  }

  private static Probe probe(UpstreamConfig upstream, HealthCheck check) {
    return switch (check.type()) {
      case tcp -> new TcpProbe(tcp(upstream));
      case http ->
          new HttpProbe(
              transport(upstream),
              new Authority(upstream, check.host()),
              HttpMethod.valueOf(check.method()),
              check.path(),
              check.expect(),
              check.body() == null ? null : new BodySearch(check.body()));
      case grpc ->
          new GrpcProbe(
              transport(upstream), new Authority(upstream, check.host()), check.service());
    };
  }

  private static Transport transport(UpstreamConfig upstream) {
    return switch (upstream.protocol()) {
      case HTTP_1_1 -> new Http1Transport(tcp(upstream));
      case H2, H2C -> new Http2Transport(tcp(upstream));
      case H3 -> new Http3Transport(BackendQuic.load(upstream));
    };
  }

  private static Tcp tcp(UpstreamConfig upstream) {
    return new Tcp(upstream, BackendTls.load(upstream));
  }

  private Future<ProbeResult> begin(Probe probe, BackendAddress backend, Duration timeout) {
    ContextInternal context = vertx.getOrCreateContext();
    Attempt attempt = new Attempt(context, timeout);
    context.emit(backend, to -> begin(probe, to, attempt));
    return attempt.result();
  }

  private static void begin(Probe probe, BackendAddress backend, Attempt attempt) {
    attempt.begin();
    try {
      probe.begin(backend, attempt);
    } catch (RuntimeException e) {
      attempt.failed(e); // a check that could not begin must not be waited for
    }
  }
}
