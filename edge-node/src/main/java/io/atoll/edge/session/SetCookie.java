package io.atoll.edge.session;

import io.atoll.config.UpstreamConfig;

/**
 * How a session's cookie is given to a client: name and attributes (RFC 6265bis section 4.1), made
 * once.
 *
 * @param name the cookie's
 * @param beforeAge from the semicolon behind the value on
 * @param afterAge behind the seconds after which the client forgets it
 */
record SetCookie(String name, String beforeAge, String afterAge) {
  static SetCookie of(UpstreamConfig.StickySession config) {
    UpstreamConfig.Attributes attributes = config.attributes();
    return new SetCookie(
        config.cookie(),
        "; Path=" + attributes.path() + "; Max-Age=",
        (attributes.secure() ? "; Secure" : "")
            + (attributes.httpOnly() ? "; HttpOnly" : "")
            + "; SameSite="
            + attributes.sameSite());
  }

  /**
   * The value of {@code Set-Cookie}.
   *
   * @param seconds after which the client forgets it
   */
  String with(String value, long seconds) {
    return name + '=' + value + beforeAge + Math.max(1, seconds) + afterAge;
  }
}
