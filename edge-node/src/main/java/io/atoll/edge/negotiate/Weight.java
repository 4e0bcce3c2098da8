package io.atoll.edge.negotiate;

/** How much a client likes something (RFC 9110 section 12.4.2), in thousandths. */
public final class Weight {
  /** What says nothing of its weight has this. */
  public static final int FULL = 1000;

  private Weight() {}

  /**
   * Reads a weight.
   *
   * @param parameter such as {@code q=0.5}, in lower case
   * @return 0 to 1000; 0, a refusal, for what is not a weight
   */
  public static int of(String parameter) {
    String text = parameter.strip();
    if (!text.startsWith("q=") || text.length() < 3 || text.length() > 7) {
      return 0;
    }
    boolean one = text.charAt(2) == '1';
    if ((!one && text.charAt(2) != '0') || (text.length() > 3 && text.charAt(3) != '.')) {
      return 0;
    }
    int weight = 0;
    for (int i = 4; i < 7; i++) {
      int digit = i < text.length() ? text.charAt(i) - '0' : 0;
      if (digit < 0 || digit > 9) {
        return 0;
      }
      weight = weight * 10 + digit;
    }
    return one ? FULL : weight;
  }
}
