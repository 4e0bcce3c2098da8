package io.atoll.config;

import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one text of an address, so that two who mean the same write the same. */
public final class AddressText {
  /** Two or more groups of zeros. */
  private static final Pattern ZEROS = Pattern.compile("(?<![0-9a-f])0(?::0)+(?![0-9a-f])");

  private AddressText() {}

  /** An address as RFC 5952 section 4 has it, without brackets and without its zone. */
  public static String of(InetAddress address) {
    String whole = address.getHostAddress().replaceFirst("%.*", "");
    String longest = "";
    int at = 0;
    Matcher zeros = ZEROS.matcher(whole);
    while (zeros.find()) {
      if (zeros.group().length() > longest.length()) {
        longest = zeros.group();
        at = zeros.start();
      }
    }
    if (longest.isEmpty()) {
      return whole;
    }
    String before = whole.substring(0, at);
    String after = whole.substring(at + longest.length());
    return (before.isEmpty() ? ":" : before) + (after.isEmpty() ? ":" : after);
  }
}
