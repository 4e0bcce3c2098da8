package io.atoll.config;

import io.atoll.config.UpstreamConfig.HealthCheck;
import io.atoll.config.UpstreamConfig.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Active checks: what can be asked of a backend, and how. */
final class HealthCheckRules {
  /** Keys that mean something for some types only. */
  private static final List<OfTypes> OF_TYPES =
      List.of(
          new OfTypes("method", HealthCheck::method, HealthCheck.Type.http),
          new OfTypes("path", HealthCheck::path, HealthCheck.Type.http),
          new OfTypes("host", HealthCheck::host, HealthCheck.Type.http, HealthCheck.Type.grpc),
          new OfTypes("expect", HealthCheck::expect, HealthCheck.Type.http),
          new OfTypes("body", HealthCheck::body, HealthCheck.Type.http),
          new OfTypes("service", HealthCheck::service, HealthCheck.Type.grpc));

  /** RFC 9110 section 7.2: a host, and a port where it is not the usual one. */
  private static final Pattern HOST = Pattern.compile("(\\[[^\\]]+]|[^:]+)(?::(\\d{1,5}))?");

  /** A check of which the file says nothing. */
  private static final HealthCheck DEFAULTS =
      (HealthCheck) Objects.requireNonNull(Binder.defaults(HealthCheck.class));

  private final Checks checks;

  HealthCheckRules(Checks checks) {
    this.checks = checks;
  }

  void check(HealthCheck check, UpstreamConfig upstream) {
    checks.positive(check.interval(), check, "interval");
    checks.positive(check.timeout(), check, "timeout");
    checks.range(check.healthyAfter(), 1, 100, check, "healthyAfter");
    checks.range(check.unhealthyAfter(), 1, 100, check, "unhealthyAfter");
    OF_TYPES.forEach(key -> onlyOf(key, check));
    protocol(check, upstream);
    request(check);
    if (check.host() != null) {
      checks.demand(
          isHost(check.host()),
          check,
          "host",
          "expected a host, or HOST:PORT, found '" + check.host() + "'");
    }
  }

  /** A default is nobody's wish, and the configuration in force, which has them all, is one too. */
  private void onlyOf(OfTypes key, HealthCheck check) {
    String words = key.types.stream().map(Enum::name).collect(Collectors.joining(" or "));
    checks.demand(
        key.types.contains(check.type())
            || Objects.equals(key.value.apply(check), key.value.apply(DEFAULTS)),
        check,
        key.name,
        "is of type " + words + ", and type is " + check.type());
  }

  private void protocol(HealthCheck check, UpstreamConfig upstream) {
    Protocol protocol = upstream.protocol();
    switch (check.type()) {
      case http -> {}
      case tcp ->
          checks.demand(
              protocol != Protocol.H3,
              check,
              "type",
              "tcp does not reach what speaks h3, which is over UDP; expected http");
      case grpc ->
          checks.demand(
              protocol == Protocol.H2 || protocol == Protocol.H2C,
              check,
              "type",
              "grpc needs protocol h2 or h2c");
    }
  }

  private void request(HealthCheck check) {
    checks.path(check.path(), check, "path");
    checks.token(check.method(), check, "method", "a method");
    checks.demand(
        !check.method().equals("CONNECT"), check, "method", "CONNECT asks for no resource");
    if (check.body() != null) {
      body(check, check.body());
    }
  }

  private void body(HealthCheck check, String body) {
    checks.demand(!body.isEmpty(), check, "body", "expected text, found ''");
    checks.demand(
        body.getBytes(StandardCharsets.UTF_8).length <= HealthCheck.LOOKED_AT,
        check,
        "body",
        "is longer than the 64 KiB looked at");
    checks.demand(!check.method().equals("HEAD"), check, "body", "is never sent in answer to HEAD");
  }

  private static boolean isHost(String text) {
    Matcher parts = HOST.matcher(text);
    if (!parts.matches()) {
      return false;
    }
    String host = parts.group(1);
    String port = parts.group(2);
    boolean bracketed = host.startsWith("[");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    return (port == null || Integer.parseInt(port) <= 65_535)
        && (Scalars.literal(bare) != null ? bracketed == bare.contains(":") : Scalars.isName(host));
  }

  /** A key that means something for these types only. */
  private record OfTypes(
      String name, Function<HealthCheck, @Nullable Object> value, List<HealthCheck.Type> types) {
    OfTypes(String name, Function<HealthCheck, @Nullable Object> value, HealthCheck.Type... types) {
      this(name, value, List.of(types));
    }
  }
}
