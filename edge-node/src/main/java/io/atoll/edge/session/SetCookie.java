package io.atoll.edge.session;

import io.atoll.config.UpstreamConfig;

/**
 * How a session's cookie is given to a client: name and attributes (RFC 6265bis section 4.1), made
 * once.
 *
 * @param name the cookie's
 * @param attributes from the semicolon behind the value on
 */
record SetCookie(String name, String attributes) {
  static SetCookie of(UpstreamConfig.StickySession config) {
    UpstreamConfig.Attributes attributes = config.attributes();
    return new SetCookie(
        config.cookie(),
        "; Path="
            + attributes.path()
            + "; Max-Age="
            + Math.max(1, config.ttl().toSeconds())
            + (attributes.secure() ? "; Secure" : "")
            + (attributes.httpOnly() ? "; HttpOnly" : "")
            + "; SameSite="
            + attributes.sameSite());
  }

  /** The value of {@code Set-Cookie}. */
  String with(String value) {
    return name + '=' + value + attributes;
  }
}
