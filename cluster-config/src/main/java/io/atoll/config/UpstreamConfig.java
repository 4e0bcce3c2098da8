package io.atoll.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A named group of interchangeable backends. */
public record UpstreamConfig(
    @Doc("Unique among upstreams.") String name,
    @Doc("The servers; left out where discovery finds them.") @Default("[]") List<Backend> backends,
    @Doc("Finds the servers by DNS, instead of a list.") @Nullable Discovery discovery,
    @Doc("What they speak; h2 and h3 only over TLS.") @Default("http/1.1") Protocol protocol,
    @Doc("TLS to them; left out: where protocol or an address asks for it, verified.")
        @Nullable Tls tls,
    @Doc("How one is chosen.") @Default("leastRequest") Balance balance,
    @Doc(
            "Per cent of its share of this node's requests under way, 101 to 1000, that"
                + " consistentHash loads a backend with before keys spill over to others; 0: any.")
        @Default("150")
        int hashBound,
    @Doc(
            "A backend that is new or well again comes to its share over so long, from a tenth of"
                + " it; at most 1h, 0s: at once.")
        @Default("0s")
        Duration slowStart,
    @Doc("Per cent healthy under which all backends are used.") @Default("30") int panicThreshold,
    @Doc("Active checks; left out: none.") @Nullable HealthCheck healthCheck,
    @Doc("What real traffic says of a backend.") @Default("{}") OutlierDetection outlierDetection,
    @Doc("Keeps a client on its backend; left out: no.") @Nullable StickySession stickySession,
    @Doc("When a request is tried again, on another backend.") @Default("{}") Retry retry,
    @Doc("How long each step may take.") @Default("{}") Timeouts timeouts,
    @Doc("How many requests a backend has at once.") @Default("{}") Connections connections) {

  /** Whether a backend is spoken to over TLS: {@code tls} never leaves one in clear text. */
  public boolean secures(BackendAddress backend) {
    return tls != null
        || backend.scheme().equals("https")
        || protocol == Protocol.H2
        || protocol == Protocol.H3;
  }

  /** Whether TLS is spoken to any backend; only then can one that comes later be {@code https}. */
  public boolean usesTls() {
    return tls != null
        || protocol == Protocol.H2
        || protocol == Protocol.H3
        || backends.stream().anyMatch(backend -> backend.address().scheme().equals("https"));
  }

  /**
   * The name that all backends are asked for by SNI, and that their certificates have to have; null
   * where each is asked for by its own host. Where DNS finds them it is the name that is looked up:
   * what DNS answers proves nothing (RFC 6125 section 6.2.1).
   */
  public @Nullable String serverName() {
    if (tls != null && tls.serverName() != null) {
      return tls.serverName();
    }
    return discovery == null ? null : discovery.host();
  }

  /** What a backend speaks. */
  public enum Protocol {
    /** RFC 9112. */
    @Name("http/1.1")
    HTTP_1_1,
    /** RFC 9113 over TLS. */
    @Name("h2")
    H2,
    /** RFC 9113 in clear text, with prior knowledge. */
    @Name("h2c")
    H2C,
    /** RFC 9114. */
    @Name("h3")
    H3
  }

  /** TLS to the backends. */
  public record Tls(
      @Doc("Authorities to trust, PEM; left out: those of the JVM.") @Nullable Path trust,
      @Doc("Asked for by SNI and looked for in the certificate; left out: the address's host.")
          @Nullable String serverName,
      @Doc("This node's own certificate, the leaf first, PEM; left out: none.")
          @Nullable Path certificate,
      @Doc("Its key, PEM.") @Nullable Path privateKey,
      @Doc("Refuses a backend whose certificate is not trusted or is another's.") @Default("true")
          boolean verify) {}

  /** One server. */
  public record Backend(
      @Doc("http://HOST:PORT or https://HOST[:PORT], port 443.") BackendAddress address,
      @Doc("Its share, 1 to 1000.") @Default("1") int weight,
      @Doc("Where it stands; nodes whose node.zone is the same prefer it. Left out: nowhere.")
          @Nullable String zone,
      @Doc("Used only where no other is healthy.") @Default("false") boolean backup) {
    /** The greatest weight. */
    public static final int HEAVIEST = 1000;
  }

  /** Servers that DNS knows. */
  public record Discovery(
      @Doc("The whole name that is looked up; no search list applies.") String dns,
      @Doc("What is looked up: address (A and AAAA) or srv.") @Default("address") Records records,
      @Doc("Where they listen; srv records say so themselves.") @Nullable Integer port,
      @Doc("Longest time until the next look-up; shorter where the answer says so.") @Default("5s")
          Duration refresh,
      @Doc("Name servers, by address; none: those of the system.") @Default("[]")
          List<HostPort> servers) {

    /** The name without what only SRV records have in front of it, and without a final dot. */
    String host() {
      String host = dns.replaceFirst("^(?:_[^.]*\\.)+", "");
      return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    /** What is looked up. */
    public enum Records {
      /** A and AAAA. */
      address,
      /** RFC 2782: with port, weight and priority. */
      srv
    }
  }

  /** How a backend is chosen. */
  public sealed interface Balance {}

  /** In turn, by weight, smoothly. */
  @Doc("In turn, by weight, smoothly.")
  @Tagged("roundRobin")
  public record RoundRobin() implements Balance {}

  /** The one with the fewest requests for its weight. */
  @Doc("The one with the fewest requests for its weight.")
  @Tagged("leastRequest")
  public record LeastRequest() implements Balance {}

  /** The one that is quickest for the requests it has. */
  @Doc("The one that is quickest for the requests it has.")
  @Tagged("peakEwma")
  public record PeakEwma() implements Balance {}

  /** By chance, by weight. */
  @Doc("By chance, by weight.")
  @Tagged("random")
  public record ByChance() implements Balance {}

  /** By the client's address, without a bound. */
  @Doc("By the client's address, without a bound.")
  @Tagged("ipHash")
  public record IpHash() implements Balance {}

  /** The same for the same key, and few keys move when backends come and go. */
  @Doc("The same for the same key, and few keys move when backends come and go.")
  @Tagged("consistentHash")
  public record ConsistentHash(@Doc("What is hashed.") HashKey by) implements Balance {}

  /** What is hashed; a request without it goes by chance. */
  public sealed interface HashKey {}

  /** The value of a request field. */
  @Doc("The value of a request field.")
  @Tagged("header")
  public record HashHeader(@Doc("The field's name.") String header) implements HashKey {}

  /** The value of a cookie. */
  @Doc("The value of a cookie.")
  @Tagged("cookie")
  public record HashCookie(@Doc("The cookie's name.") String cookie) implements HashKey {}

  /** The value of a parameter of the query. */
  @Doc("The value of a parameter of the query.")
  @Tagged("query")
  public record HashQuery(@Doc("The parameter's name.") String query) implements HashKey {}

  /** The path, without the query. */
  @Doc("The path, without the query.")
  @Tagged("path")
  public record HashPath() implements HashKey {}

  /** The client's address; IPv6 by /64. */
  @Doc("The client's address; IPv6 by /64.")
  @Tagged("clientIp")
  public record HashClientIp() implements HashKey {}

  /** Active checks. */
  public record HealthCheck(
      @Doc("How it is asked; grpc where protocol is h2 or h2c.") @Default("http") Type type,
      @Doc("http: how it is asked for.") @Default("GET") String method,
      @Doc("http: what is asked for.") @Default("/healthz") String path,
      @Doc(
              "http, grpc: which host is asked for, as it is sent; left out: tls.serverName, or the"
                  + " name that discovery looks up, or the backend's address.")
          @Nullable String host,
      @Doc("grpc: which service is asked about; empty: the server as a whole.") @Default("''")
          String service,
      @Doc("Between checks.") @Default("2s") Duration interval,
      @Doc("A check that takes longer has failed.") @Default("1s") Duration timeout,
      @Doc("Passes in a row that make it healthy.") @Default("2") int healthyAfter,
      @Doc("Failures in a row that make it unhealthy.") @Default("3") int unhealthyAfter,
      @Doc("http: statuses that pass.") @Default("200-399") StatusRange expect,
      @Doc("http: what the first 64 KiB of the body must contain; left out: anything.")
          @Nullable String body) {

    /** Bytes of a body that are looked at; a longer text is not in it. */
    public static final int LOOKED_AT = 64 << 10;

    /** How a backend is asked. */
    public enum Type {
      /** A request, of which the status passes, and the body where one is expected. */
      http,
      /** A connection, and a TLS handshake where there is TLS. */
      tcp,
      /** gRPC's health protocol, grpc.health.v1. */
      grpc
    }
  }

  /** What real traffic says of a backend. */
  public record OutlierDetection(
      @Doc(
              "Errors in a row (a 5xx, no answer in time, a lost connection), at all nodes"
                  + " together, that eject it; 0: any.")
          @Default("5")
          int consecutiveErrors,
      @Doc("Per cent of errors in a window, at all nodes together, that eject it; 0: any.")
          @Default("50")
          int errorRate,
      @Doc("Answers in a window, at all nodes together, under which its rates say nothing.")
          @Default("20")
          int requests,
      @Doc(
              "Times the median of all backends' mean times to the response that eject it; 0: any"
                  + " time will do.")
          @Default("0")
          int latencyFactor,
      @Doc("What rates are taken over.") @Default("10s") Duration window,
      @Doc(
              "How long a node leaves it alone; the second time in a row twice as long, the third"
                  + " three times, at most 5m.")
          @Default("10s")
          Duration ejectFor,
      @Doc("Per cent of the backends that may be ejected at once; one always may.") @Default("50")
          int maxEjected) {}

  /** Keeps a client on its backend. */
  public record StickySession(
      @Doc(
              "Where the choice is kept; cookie seals it with cluster.secret, alone with a key of"
                  + " this process.")
          Mode mode,
      @Doc("The cookie's name; of learn the application's own, JSESSIONID say.")
          @Default(StickySession.OWN_COOKIE)
          String cookie,
      @Doc("Unused for so long, it is forgotten.") @Default("1h") Duration ttl,
      @Doc("So old, it is forgotten, used or not; 0s: never.") @Default("0s") Duration maxAge,
      @Doc("The cookie's attributes.") @Default("{}") Attributes attributes) {

    /** The name of a cookie that a node makes, where no other is given. */
    public static final String OWN_COOKIE = "ATOLL_SESSION";

    /** Where the choice is kept. */
    public enum Mode {
      /** Sealed in the cookie. */
      cookie,
      /** In a table that all nodes share. */
      table,
      /** Learned from the application's own cookie. */
      learn
    }
  }

  /** RFC 6265bis attributes of the cookie. */
  public record Attributes(
      @Doc("Sent over https only.") @Default("true") boolean secure,
      @Doc("Hidden from scripts.") @Default("true") boolean httpOnly,
      @Doc("When a browser sends it along from elsewhere.") @Default("Lax") SameSite sameSite,
      @Doc("Where it is valid.") @Default("/") String path) {

    /** When a browser sends it along from elsewhere. */
    public enum SameSite {
      /** Never. */
      Strict,
      /** On navigation. */
      Lax,
      /** Always. */
      None
    }
  }

  /** When a request is tried again. */
  public record Retry(
      @Doc("Tries in all.") @Default("2") int attempts,
      @Doc("What is worth another try.") @Default("[connectFailure, reset]") List<On> on,
      @Doc("Which methods.") @Default("idempotent") Methods methods,
      @Doc(
              "Most tries again, hedges included, per cent of the requests of all nodes over 10 s;"
                  + " each node has 3 a second in any case.")
          @Default("20")
          int budget,
      @Doc("Longest wait before the second try; twice as long before each further one.")
          @Default("25ms")
          Duration backoff,
      @Doc(
              "A try without the response's head for so long gives way to another, if there may be"
                  + " one and on has reset or 504; 0s: never.")
          @Default("0s")
          Duration tryTimeout,
      @Doc("Asks a second backend where the first is slow; left out: no.") @Nullable Hedge hedge) {

    /** Asks a second backend where the first is slow. */
    public record Hedge(
        @Doc("After how long: what so many per cent of the requests took less than.") @Default("95")
            int percentile,
        @Doc("But not sooner than after so long.") @Default("10ms") Duration least) {}

    /** What is worth another try. */
    public enum On {
      /** No connection: nothing was sent. */
      connectFailure,
      /** The connection went before a byte of the response. */
      reset,
      /** Internal error. */
      @Name("500")
      INTERNAL_ERROR,
      /** Bad gateway. */
      @Name("502")
      BAD_GATEWAY,
      /** Unavailable. */
      @Name("503")
      UNAVAILABLE,
      /** Gateway timeout: the backend says so, or it took longer than firstByte. */
      @Name("504")
      GATEWAY_TIMEOUT
    }

    /** Which methods are tried again once something was sent. */
    public enum Methods {
      /** RFC 9110 section 9.2.2. */
      idempotent
    }
  }

  /** How long each step may take; 0s: for ever. */
  public record Timeouts(
      @Doc("To connect.") @Default("2s") Duration connect,
      @Doc("From a try's beginning to the response's head, connecting included.") @Default("30s")
          Duration firstByte,
      @Doc("Between two parts of the response.") @Default("60s") Duration idle,
      @Doc("From the request to the response's end, all tries included.") @Default("0s")
          Duration total) {}

  /** How many requests a backend has at once. */
  public record Connections(
      @Doc("Requests under way at each backend, of all nodes together.") @Default("256")
          int perBackend,
      @Doc("Requests beyond that which may wait, at each node.") @Default("1024") int pending,
      @Doc("How long they wait at most.") @Default("1s") Duration pendingFor,
      @Doc("Holds a backend to what it answers without getting slower, perBackend at most.")
          @Default("false")
          boolean adaptive,
      @Doc("An unused connection is closed.") @Default("60s") Duration idle) {}
}
