package io.atoll.edge.guard;

import java.util.Locale;

/** The form in which hosts are compared. */
public final class HostName {
  private HostName() {}

  /**
   * In lower case (RFC 3986 section 6.2.2.1), and without the dot of the root at its end, with
   * which a name is the same name.
   *
   * @param host without a port
   */
  public static String of(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.length() > 1 && lower.endsWith(".")
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }
}
