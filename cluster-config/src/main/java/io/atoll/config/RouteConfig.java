package io.atoll.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request must match, and what happens to it then. Exactly one handler is given. */
@Planned({"access", "requestHeaders", "responseHeaders", "rewrite"})
public record RouteConfig(
    @Doc("Unique among routes.") String name,
    @Doc("What a request must match.") @Default("{}") Match match,
    @Doc("Budgets it is counted against, all of them.") @Default("[]") List<String> rateLimit,
    @Doc("Compresses responses; left out: no.") @Nullable Compress compress,
    @Doc("Stores responses; left out: no.") @Nullable Caching cache,
    @Doc("Handler: passes it to an upstream.") @Nullable Proxy proxy,
    @Doc("Handler: serves files.") @Nullable Files files,
    @Doc("Handler: sends it elsewhere.") @Nullable Redirect redirect,
    @Doc("Handler: answers by itself.") @Nullable Respond respond) {

  /** What a request must match. */
  @Planned({"methods", "headers", "when"})
  public record Match(
      @Doc("Names, or *.NAME for any name below; none: every host.") @Default("[]")
          List<String> hosts,
      @Doc("A prefix by whole segments, or {exact: …}.") @Default("/") PathMatch path) {}

  /** Which paths. */
  public sealed interface PathMatch {}

  /** By whole segments: {@code /api} and {@code /api/} match {@code /api} and {@code /api/…}. */
  @Doc("A prefix, by whole segments.")
  @Tagged
  public record Prefix(@Doc("Starts with /.") String prefix) implements PathMatch {}

  /** One path. */
  @Doc("One path.")
  @Tagged("exact")
  public record Exact(@Doc("Starts with /.") String path) implements PathMatch {}

  /** A regular expression. */
  @Planned
  @Tagged("regex")
  public record Regex(String regex) implements PathMatch {}

  /** What is compressed on its way to a client. */
  public record Compress(
      @Doc("Media types; * stands for any text.")
          @Default("[text/*, application/json, application/javascript, image/svg+xml]")
          List<String> types,
      @Doc("Smaller bodies are sent as they are, if their length is known.") @Default("1KiB")
          DataSize minSize,
      @Doc("Codings, best first where a client likes several the same.")
          @Default("[zstd, br, gzip]")
          List<Coding> encodings,
      @Doc("How hard each tries.") @Default("{}") Levels levels) {}

  /** How hard each coding tries. */
  public record Levels(
      @Doc("1 to 19.") @Default("3") int zstd,
      @Doc("0 to 11.") @Default("4") int br,
      @Doc("1 to 9.") @Default("5") int gzip) {}

  /** How responses of this route are stored. */
  @Planned({"staleWhileRevalidate", "staleIfError"})
  public record Caching(
      @Doc("Whether.") @Default("true") boolean enabled,
      @Doc("Freshness of responses that say nothing of it.") @Default("0s") Duration defaultTtl,
      @Doc("Larger bodies are passed, not stored.") @Default("8MiB") DataSize maxObject,
      @Doc("What tells objects apart, beside scheme, host and path.") @Default("{}") CacheKey key,
      @Doc("The response field with an object's purge keys.") @Default("Surrogate-Key")
          String surrogateKeyHeader) {}

  /** What tells objects apart, beside scheme, host and path. */
  public record CacheKey(
      @Doc("Query parameters: all, none, or names.") @Default("all") Selection query,
      @Doc("Request fields.") @Default("[]") List<String> headers,
      @Doc("Cookies.") @Default("[]") List<String> cookies) {}

  /** Which query parameters count. */
  public sealed interface Selection {}

  /** All, in the order given. */
  @Doc("All, in the order given.")
  @Tagged("all")
  public record All() implements Selection {}

  /** None. */
  @Doc("None.")
  @Tagged("none")
  public record None() implements Selection {}

  /** These. */
  @Doc("These.")
  @Tagged
  public record Names(@Doc("Their names.") List<String> names) implements Selection {}

  /** Passes the request to an upstream. */
  @Planned({"weighted", "mirror"})
  public record Proxy(@Doc("Its name.") String upstream) {}

  /** Serves files. */
  public record Files(
      @Doc("The folder; a prefix that the route matches is no part of a file's path below it.")
          Path root,
      @Doc("What a folder is answered with: the first of these that it has.")
          @Default("[index.html]")
          List<String> index,
      @Doc("Whether a folder without any of them shows what it holds.") @Default("false")
          boolean listing,
      @Doc("Compressed siblings of files that may be sent instead: .zst, .br, .gz.") @Default("[]")
          List<Coding> precompressed,
      @Doc("A file below the root for paths that name none: single-page applications.")
          @Nullable String fallback,
      @Doc("How long a client may keep a file without asking again; left out: not said.")
          @Nullable Duration maxAge) {}

  /** Content codings (RFC 9110 section 8.4.1). */
  public enum Coding {
    /** Zstandard, RFC 8878. */
    zstd,
    /** Brotli, RFC 7932. */
    br,
    /** Gzip, RFC 1952. */
    gzip
  }

  /** Sends the client elsewhere. */
  public record Redirect(
      @Doc("A path or an absolute URI.") String to,
      @Doc("301, 302, 303, 307 or 308.") @Default("308") int status) {}

  /** Answers by itself. */
  public record Respond(
      @Doc("200 to 599.") @Default("200") int status,
      @Doc("The body.") @Default("\"\"") String body,
      @Doc("Its type.") @Default("text/plain; charset=utf-8") String contentType) {}
}
