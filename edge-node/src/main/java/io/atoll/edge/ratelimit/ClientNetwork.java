package io.atoll.edge.ratelimit;

import io.netty.util.NetUtil;
import java.util.HexFormat;

/**
 * What counts as one client: an IPv4 address, or the /64 of an IPv6 address, since every subscriber
 * has at least that many addresses (RFC 6177).
 */
public final class ClientNetwork {
  private static final int PREFIX_BYTES = 8;
  private static final int MAPPED_PREFIX_BYTES = 12;

  private ClientNetwork() {}

  /**
   * The network of an address.
   *
   * @param address an address as text, without brackets; anything else stands for itself
   * @return IPv4 as it is, IPv4-mapped IPv6 (RFC 4291 §2.5.5.2) as IPv4, else 16 hexadecimal digits
   */
  public static String of(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    int zone = address.indexOf('%');
    byte[] bytes =
        NetUtil.createByteArrayFromIpAddressString(zone < 0 ? address : address.substring(0, zone));
    if (bytes == null) {
      return address;
    }
    return isMapped(bytes)
        ? NetUtil.bytesToIpAddress(bytes, MAPPED_PREFIX_BYTES, 4)
        : HexFormat.of().formatHex(bytes, 0, PREFIX_BYTES);
  }

  private static boolean isMapped(byte[] bytes) {
    for (int i = 0; i < MAPPED_PREFIX_BYTES - 2; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return bytes[MAPPED_PREFIX_BYTES - 2] == -1 && bytes[MAPPED_PREFIX_BYTES - 1] == -1;
  }
}
