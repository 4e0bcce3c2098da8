package io.atoll.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request must match, and what happens to it then. Exactly one handler is given. */
public record RouteConfig(
    @Doc("Unique among routes.") String name,
    @Doc("What a request must match.") @Default("{}") Match match,
    @Doc("Which clients may come.") @Default("{}") Access access,
    @Doc("Budgets it is counted against, all of them.") @Default("[]") List<String> rateLimit,
    @Doc("Changes what a backend sees of the request's fields.") @Default("{}")
        FieldEdits requestHeaders,
    @Doc("Changes the fields of whatever goes to the client; not of what is stored.") @Default("{}")
        FieldEdits responseHeaders,
    @Doc("Another path for the backend than the client's.") @Nullable Rewrite rewrite,
    @Doc("Pages for failures, in front of those for all routes.") @Default("[]")
        List<ErrorPageConfig> errorPages,
    @Doc("Compresses responses; left out: no.") @Nullable Compress compress,
    @Doc("Stores responses; left out: no.") @Nullable Caching cache,
    @Doc("Handler: passes it to an upstream.") @Nullable Proxy proxy,
    @Doc("Handler: serves files.") @Nullable Files files,
    @Doc("Handler: sends it elsewhere.") @Nullable Redirect redirect,
    @Doc("Handler: answers by itself.") @Nullable Respond respond) {

  /** What a request must match. */
  public record Match(
      @Doc("Names, or *.NAME for any name below; none: every host.") @Default("[]")
          List<String> hosts,
      @Doc("A prefix by whole segments, {exact: …} or {regex: …}.") @Default("/") PathMatch path,
      @Doc("The methods that match; none: every one. HEAD is one of its own.") @Default("[]")
          List<String> methods,
      @Doc("Fields that a request must have, each with exactly this value.") @Default("{}")
          Map<String, String> headers,
      @Doc("A CEL expression over the request that must be true.") @Nullable Expression when) {}

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

  /** A regular expression that is found in the path; it matches in linear time. */
  @Doc("A regular expression (RE2) that is found in the path.")
  @Tagged("regex")
  public record Regex(@Doc("In RE2's syntax: ^ and $ tie it to both ends.") String regex)
      implements PathMatch {}

  /** Which clients may come, by lists of {@code access}. */
  public record Access(
      @Doc("Lists of whom alone may come; none: everybody.") @Default("[]") List<String> allow,
      @Doc("Lists of whom may not, even where allowed.") @Default("[]") List<String> deny) {}

  /** What is changed in the fields of a message. */
  public record FieldEdits(
      @Doc("In place of what is there.") @Default("{}") Map<String, Template> set,
      @Doc("Beside what is there.") @Default("{}") Map<String, Template> add,
      @Doc("Names of fields that go.") @Default("[]") List<String> remove) {}

  /** What a path becomes on its way to a backend: by prefixes, or by an expression. */
  public record Rewrite(
      @Doc("Goes from the front, by whole segments, where it is there.")
          @Nullable String stripPrefix,
      @Doc("Comes in front, after stripPrefix.") @Nullable String addPrefix,
      @Doc("An expression (RE2); what it finds first is replaced.") @Nullable String regex,
      @Doc("What stands in its place; $1 is its first group.") @Nullable String to) {}

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

  /** Passes the request to an upstream, or to one of several. */
  public record Proxy(
      @Doc("Its name.") @Nullable String upstream,
      @Doc("Upstreams, each with its share of the clients; in place of upstream.") @Default("{}")
          Map<String, Integer> weighted,
      @Doc("Another upstream that gets copies of requests, its responses thrown away.")
          @Nullable Mirror mirror) {}

  /** Sends copies of requests to another upstream, whose responses nobody sees. */
  public record Mirror(
      @Doc("Its name.") String upstream,
      @Doc("Of which share of the requests, 0 to 100.") @Default("100") int percent) {}

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
          @Nullable Duration maxAge,
      @Doc(
              "How long a small file that was read may be sent again without a look at the disk;"
                  + " 0s: never.")
          @Default("1s")
          Duration recheck) {}

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
      @Doc("A path or an absolute URI, with variables such as ${request.path}.") Template to,
      @Doc("301, 302, 303, 307 or 308.") @Default("308") int status) {}

  /** Answers by itself. */
  public record Respond(
      @Doc("200 to 599.") @Default("200") int status,
      @Doc("The body.") @Default("\"\"") String body,
      @Doc("Its type.") @Default("text/plain; charset=utf-8") String contentType) {}
}
