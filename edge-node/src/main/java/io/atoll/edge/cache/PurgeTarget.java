package io.atoll.edge.cache;

import io.atoll.edge.guard.PathForm;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a purge names.
 *
 * @param kind of name
 * @param value in its normal form: a URL as {@code scheme://host/path?query}, a prefix as {@code
 *     host/path} without a slash at its end, a host in lower case, a surrogate key as sent
 */
public record PurgeTarget(Kind kind, String value) {
  /** The deepest prefix, in segments, that can be named. */
  static final int DEEPEST = 32;

  /** Characters of the longest value; what has a longer one can't be purged by it. */
  static final int LONGEST = 8192;

  /** The kinds of name. */
  public enum Kind {
    /** One URL, in all its variants. */
    URL("url"),
    /** Every response that carried this surrogate key. */
    KEY("key"),
    /** Every URL of a host under a path, by whole segments. */
    PREFIX("prefix"),
    /** Every URL of a host. */
    HOST("host");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word in metrics. */
    public String word() {
      return word;
    }
  }

  /** Refuses values that no stored response can have. */
  public PurgeTarget {
    if (value.isBlank() || value.length() > LONGEST) {
      throw new IllegalArgumentException(
          kind.word() + ": empty or longer than " + LONGEST + " characters");
    }
  }

  /**
   * One URL. The port does not count: objects are told apart by host alone.
   *
   * @param url absolute, http or https; its query as the route's cache key keeps it
   * @throws IllegalArgumentException saying what was expected
   */
  public static PurgeTarget url(String url) {
    URI uri = parse("url", url);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if ((!scheme.equals("http") && !scheme.equals("https")) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "url: " + url + " (expected: https://HOST/PATH or http://HOST/PATH)");
    }
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new PurgeTarget(
        Kind.URL, scheme + "://" + lower(uri.getHost()) + path(uri.getRawPath()) + query);
  }

  /**
   * Every URL under a path: {@code https://host/a} and {@code host/a/} both name {@code /a} and
   * {@code /a/…}, of either scheme, and not {@code /ab}.
   *
   * @throws IllegalArgumentException saying what was expected
   */
  public static PurgeTarget prefix(String prefix) {
    URI uri = parse("prefix", prefix.contains("://") ? prefix : "https://" + prefix);
    if (uri.getHost() == null || uri.getRawQuery() != null) {
      throw new IllegalArgumentException(
          "prefix: " + prefix + " (expected: HOST/PATH or https://HOST/PATH)");
    }
    String path = path(uri.getRawPath());
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    if (path.chars().filter(c -> c == '/').count() > DEEPEST) {
      throw new IllegalArgumentException(
          "prefix: " + prefix + " (expected: at most " + DEEPEST + " segments)");
    }
    return new PurgeTarget(Kind.PREFIX, lower(uri.getHost()) + path);
  }

  /** Every URL of a host. */
  public static PurgeTarget host(String host) {
    return new PurgeTarget(Kind.HOST, lower(host));
  }

  /** Every response with a surrogate key. */
  public static PurgeTarget key(String key) {
    return new PurgeTarget(Kind.KEY, key.strip());
  }

  private static URI parse(String what, String text) {
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(what + ": " + text + " (" + e.getReason() + ")", e);
    }
  }

  private static String lower(String host) {
    return host.strip().toLowerCase(Locale.ROOT);
  }

  /** The form in which paths are matched and cached. */
  private static String path(@Nullable String path) {
    if (path == null || path.isEmpty()) {
      return "/";
    }
    String form = PathForm.of(path);
    if (form == null) {
      throw new IllegalArgumentException("path: " + path + " (expected: one that stays under /)");
    }
    return form;
  }
}
