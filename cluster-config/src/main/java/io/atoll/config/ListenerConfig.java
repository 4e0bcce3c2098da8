package io.atoll.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An address and what is spoken there. */
public record ListenerConfig(
    @Doc("Unique among listeners.") String name,
    @Doc("Where it listens.") HostPort bind,
    @Doc("What it speaks; h2 and h3 need tls, h2c is h2 without it.") @Default("[http/1.1]")
        List<Protocol> protocols,
    @Doc("Certificates; without them it speaks clear text.") @Nullable Tls tls,
    @Doc("Whose Forwarded and X-Forwarded-* are believed.") @Default("[]")
        List<Cidr> trustedProxies,
    @Doc("Whether trustedProxies may say by the PROXY protocol, 1 or 2, for whom they connect.")
        @Default("off")
        ProxyProtocol proxyProtocol,
    @Doc("What a client may use.") @Default("{}") Limits limits,
    @Doc("Answers every request 308 to https on this port.") @Nullable Integer redirectToHttps,
    @Doc("The port of h3 that Alt-Svc names, where clients reach it by another than bind's.")
        @Nullable Integer advertisedPort) {

  /** What a listener speaks. */
  public enum Protocol {
    /** RFC 9112. */
    @Name("http/1.1")
    HTTP_1_1,
    /** RFC 9113 over TLS. */
    @Name("h2")
    H2,
    /** RFC 9113 in clear text, with prior knowledge (section 3.3). */
    @Name("h2c")
    H2C,
    /** RFC 9114, over QUIC on the UDP port of the same number. */
    @Name("h3")
    H3
  }

  /** What is done with headers of the PROXY protocol. */
  public enum ProxyProtocol {
    /** They are not looked for. */
    off,
    /** A trusted proxy may send one, and the client that it names is the client. */
    accept
  }

  /** What a listener needs to terminate TLS. */
  public record Tls(
      @Doc("Chosen by SNI from the names in the certificate; the first is the default.")
          List<Certificate> certificates,
      @Doc("Protocol versions and ciphers.") @Default("intermediate") Policy policy,
      @Doc("Whether clients show a certificate.") @Nullable ClientAuth clientAuth,
      @Doc("Strict-Transport-Security in every response; without it none is added.")
          @Nullable Hsts hsts) {}

  /** Certificates of clients (RFC 8446 section 4.3.2). */
  public record ClientAuth(
      @Doc("Whether one is asked for.") @Default("none") Mode mode,
      @Doc("PEM; who must have signed it.") @Nullable Path trust) {

    /** Whether a client's certificate is asked for. */
    public enum Mode {
      /** It is not. */
      none,
      /** It is; a client may have none, but not one that trust does not hold good. */
      request,
      /** It is, and without one there is no connection. */
      require
    }
  }

  /** What browsers are told of the host (RFC 6797). */
  public record Hsts(
      @Doc("How long a browser uses nothing but https; 0s: no more.") Duration maxAge,
      @Doc("For the names below the host as well.") @Default("false") boolean includeSubDomains) {}

  /** A chain and its key, PEM. */
  public record Certificate(
      @Doc("The chain, the leaf first.") Path certificate, @Doc("Its key.") Path privateKey) {}

  /** Protocol versions, after Mozilla's names. */
  public enum Policy {
    /** TLS 1.3 only. */
    modern,
    /** TLS 1.2 and 1.3. */
    intermediate
  }

  /** What a client may use of this listener. */
  public record Limits(
      @Doc("Open connections; one more is closed.") @Default("20000") int connections,
      @Doc(
              "Open connections of one client address, for IPv6 one /64; one more is closed; 0:"
                  + " unlimited. A proxy of trustedProxies may have any number.")
          @Default("256")
          int connectionsPerClient,
      @Doc("The request line, else 414.") @Default("8KiB") DataSize requestLine,
      @Doc("All fields together, else 431.") @Default("32KiB") DataSize headers,
      @Doc("Fields, else 431.") @Default("100") int headerCount,
      @Doc("A request's body, else 413; 0: unlimited.") @Default("64MiB") DataSize body,
      @Doc("A request's head, from its first byte to its last, else 408; 0s: for ever.")
          @Default("10s")
          Duration headTimeout,
      @Doc(
              "What a client must send of a body, on average over 10s in which it is waited for,"
                  + " else 408; 0/s: any.")
          @Default("1KiB/s")
          DataRate bodyMinRate,
      @Doc("A connection on which nothing moves is closed.") @Default("60s") Duration idleTimeout,
      @Doc("Streams of one h2 or h3 connection.") @Default("128") int concurrentStreams) {}
}
