package io.atoll.config;

import java.net.InetAddress;

/**
 * An address to bind or reach, written {@code HOST:PORT}, the host an IPv4 address, an IPv6 address
 * in brackets, a name, or a CIDR that picks a local interface where the key says so.
 *
 * @param host without brackets
 * @param port 0 to 65535; 0 lets the system choose
 */
public record HostPort(String host, int port) {
  /** Whether the host is an IPv6 address. */
  public boolean isIpv6() {
    return host.indexOf(':') >= 0;
  }

  /** Whether the host is an address, and no name or network. */
  public boolean isAddress() {
    return Scalars.literal(host) != null;
  }

  /** Whether it stands for this machine alone. */
  boolean isLoopback() {
    InetAddress literal = Scalars.literal(host);
    return literal == null ? host.equals("localhost") : literal.isLoopbackAddress();
  }

  /** Whether it stands for every address of this machine. */
  boolean isAny() {
    InetAddress literal = Scalars.literal(host);
    return literal != null && literal.isAnyLocalAddress();
  }

  @Override
  public String toString() {
    return (isIpv6() ? "[" + host + "]" : host) + ":" + port;
  }
}
