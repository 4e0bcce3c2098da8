package io.atoll.config;

/**
 * Where a backend is reached, written {@code http://HOST:PORT} or {@code https://HOST[:PORT]}. It
 * is also a backend's identity: two nodes with the same address in their files mean the same
 * backend.
 *
 * @param scheme {@code http} or {@code https}
 * @param host a name, or an address in the form of RFC 5952 section 4, without brackets
 * @param port 1 to 65535
 */
public record BackendAddress(String scheme, String host, int port) {
  /**
   * Reads one as it is written.
   *
   * @throws IllegalArgumentException where it is not of the form
   */
  public static BackendAddress parse(String text) {
    try {
      return Scalars.backend(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "expected http://HOST:PORT or https://HOST[:PORT], found '" + text + "'", e);
    }
  }

  /**
   * What {@link #authority} is of a backend that somebody names by {@code HOST:PORT}: addresses
   * have more than one form.
   *
   * @throws IllegalArgumentException where it is not of the form
   */
  public static String authority(String text) {
    try {
      return Scalars.backend("http://" + text).authority();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected HOST:PORT, found '" + text + "'", e);
    }
  }

  /** {@code HOST:PORT}, brackets around IPv6: what the API, the metrics and the verdicts name. */
  public String authority() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return scheme + "://" + authority();
  }
}
