package io.atoll.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A named group of interchangeable backends. */
@Planned({"discovery", "slowStart"})
public record UpstreamConfig(
    @Doc("Unique among upstreams.") String name,
    @Doc("The servers.") List<Backend> backends,
    @Doc("What they speak; h2 and h3 only over TLS.") @Default("http/1.1") Protocol protocol,
    @Doc("TLS to them; left out: where protocol or an address asks for it, verified.")
        @Nullable Tls tls,
    @Doc("How one is chosen.") @Default("leastRequest") Balance balance,
    @Doc("Per cent healthy under which all backends are used.") @Default("30") int panicThreshold,
    @Doc("Active checks; left out: none.") @Nullable HealthCheck healthCheck,
    @Doc("What real traffic says of a backend.") @Default("{}") OutlierDetection outlierDetection,
    @Doc("Keeps a client on its backend; left out: no.") @Nullable StickySession stickySession,
    @Doc("When a request is tried again, on another backend.") @Default("{}") Retry retry,
    @Doc("How long each step may take.") @Default("{}") Timeouts timeouts,
    @Doc("How many connections a node opens.") @Default("{}") Connections connections) {

  /** Whether a backend is spoken to over TLS: {@code tls} never leaves one in clear text. */
  public boolean secures(BackendAddress backend) {
    return tls != null
        || backend.scheme().equals("https")
        || protocol == Protocol.H2
        || protocol == Protocol.H3;
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
  @Planned("zone")
  public record Backend(
      @Doc("http://HOST:PORT or https://HOST[:PORT], port 443.") BackendAddress address,
      @Doc("Its share, 1 to 1000.") @Default("1") int weight,
      @Doc("Used only where no other is healthy.") @Default("false") boolean backup) {}

  /** How a backend is chosen. */
  @Planned("consistentHash")
  public enum Balance {
    /** In turn, by weight, smoothly. */
    roundRobin,
    /** The one with the fewest requests for its weight. */
    leastRequest,
    /** Latency-aware. */
    @Planned
    peakEwma,
    /** By chance. */
    @Planned
    random,
    /** By the client's address. */
    @Planned
    ipHash
  }

  /** Active checks. */
  public record HealthCheck(
      @Doc("How it is asked.") @Default("http") Type type,
      @Doc("What is asked for.") @Default("/healthz") String path,
      @Doc("Between checks.") @Default("2s") Duration interval,
      @Doc("A check that takes longer has failed.") @Default("1s") Duration timeout,
      @Doc("Passes in a row that make it healthy.") @Default("2") int healthyAfter,
      @Doc("Failures in a row that make it unhealthy.") @Default("3") int unhealthyAfter,
      @Doc("Statuses that pass.") @Default("200-399") StatusRange expect) {

    /** How a backend is asked. */
    public enum Type {
      /** A GET. */
      http,
      /** A connection. */
      @Planned
      tcp,
      /** gRPC's health protocol. */
      @Planned
      grpc
    }
  }

  /** What real traffic says of a backend. */
  @Planned({"errorRate", "window", "maxEjected"})
  public record OutlierDetection(
      @Doc("Answers of 5xx in a row that eject it.") @Default("5") int consecutiveErrors,
      @Doc("How long this node leaves it alone.") @Default("10s") Duration ejectFor) {}

  /** Keeps a client on its backend. */
  public record StickySession(
      @Doc(
              "Where the choice is kept; cookie seals it with cluster.secret, alone with a key of"
                  + " this process.")
          Mode mode,
      @Doc("The cookie's name.") @Default("ATOLL_SESSION") String cookie,
      @Doc("Unused for so long, it is forgotten.") @Default("1h") Duration ttl,
      @Doc("The cookie's attributes.") @Default("{}") Attributes attributes) {

    /** Where the choice is kept. */
    public enum Mode {
      /** Sealed in the cookie. */
      cookie,
      /** In a table that all nodes share. */
      table,
      /** Learned from the application's own cookie. */
      @Planned
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
  @Planned({"budget", "backoff"})
  public record Retry(
      @Doc("Tries in all.") @Default("2") int attempts,
      @Doc("What is worth another try.") @Default("[connectFailure, reset]") List<On> on,
      @Doc("Which methods.") @Default("idempotent") Methods methods) {

    /** What is worth another try. */
    public enum On {
      /** No connection: nothing was sent. */
      connectFailure,
      /** The connection went before a byte of the response. */
      reset,
      /** Bad gateway. */
      @Planned
      @Name("502")
      BAD_GATEWAY,
      /** Unavailable. */
      @Planned
      @Name("503")
      UNAVAILABLE,
      /** Gateway timeout. */
      @Planned
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
      @Doc("From the request to the response's head, waiting for a connection included.")
          @Default("30s")
          Duration firstByte,
      @Doc("Between two parts of the response.") @Default("60s") Duration idle,
      @Doc("From the request to the response's end, all tries included.") @Default("0s")
          Duration total) {}

  /** How many connections a node opens. */
  public record Connections(
      @Doc("To each backend, from each node.") @Default("256") int perBackend,
      @Doc("Requests that may wait for one, on each node.") @Default("1024") int pending,
      @Doc("An unused connection is closed.") @Default("60s") Duration idle) {}
}
