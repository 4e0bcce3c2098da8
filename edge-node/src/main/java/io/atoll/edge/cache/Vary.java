package io.atoll.edge.cache;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The request fields a response was chosen by, and their values (RFC 9111 §4.1). Values are
 * compared in a normal form: lines joined, blanks around commas dropped; for {@code
 * Accept-Encoding} also in lower case, sorted, and without the refusal of codings that nothing else
 * offers, because order says nothing there and each browser has its own.
 *
 * <p>The origin did not see the client's fields that say where a request came from and through
 * what: the node writes its own. A response that varies on one of those varies on what is not to be
 * compared here, as if it had said {@code *}; except on the scheme, which the key has.
 *
 * @param names in lower case, sorted, each once
 * @param values as many, null where the request had no such field
 */
@SuppressWarnings("ArrayRecordComponent") // compared on every hit, never changed
public record Vary(String[] names, @Nullable String[] values) {
  /** Chosen by the target alone. */
  public static final Vary NOTHING = new Vary(new String[0], new @Nullable String[0]);

  private static final String SCHEME = "x-forwarded-proto";

  /** Whether a response varies on things that no request shows. */
  static boolean star(Fields response) {
    for (String line : response.all("vary")) {
      for (String name : line.split(",", -1)) {
        if (unseen(name.strip().toLowerCase(Locale.ROOT))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean unseen(String name) {
    return switch (name) {
      case "*", "forwarded", "via", "x-real-ip", "x-request-id" -> true;
      case SCHEME -> false;
      default -> name.startsWith("x-forwarded-");
    };
  }

  /** What a response to a request varies on. */
  static Vary of(Fields response, Fields request) {
    List<String> lines = response.all("vary");
    if (lines.isEmpty()) {
      return NOTHING;
    }
    TreeSet<String> names = new TreeSet<>();
    for (String line : lines) {
      for (String name : line.split(",", -1)) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        if (!lower.isEmpty() && !lower.equals(SCHEME)) {
          names.add(lower);
        }
      }
    }
    return new Vary(names.toArray(String[]::new), values(names.toArray(String[]::new), request));
  }

  private static @Nullable String[] values(String[] names, Fields request) {
    @Nullable String[] values = new @Nullable String[names.length];
    for (int i = 0; i < names.length; i++) {
      values[i] = normal(names[i], request);
    }
    return values;
  }

  /** Whether a request would have been answered the same. */
  boolean matches(Fields request) {
    for (int i = 0; i < names.length; i++) {
      String value = normal(names[i], request);
      String stored = values[i];
      if (value == null ? stored != null : !value.equals(stored)) {
        return false;
      }
    }
    return true;
  }

  /** Whether both were chosen by the same fields with the same values. */
  boolean same(Vary other) {
    return Arrays.equals(names, other.names) && Arrays.equals(values, other.values);
  }

  /** The values this request has for the same names, as one text that tells variants apart. */
  String discriminator(Fields request) {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      text.append('\n').append(name).append('=').append(normal(name, request));
    }
    return text.toString();
  }

  private static @Nullable String normal(String name, Fields request) {
    List<String> lines = request.all(name);
    if (lines.isEmpty()) {
      return null;
    }
    String line = lines.size() == 1 ? lines.getFirst() : String.join(",", lines);
    if (name.equals("accept-encoding")) {
      return codings(line);
    }
    return line.indexOf(',') < 0 ? line.strip() : list(line);
  }

  private static String list(String line) {
    StringBuilder text = new StringBuilder(line.length());
    for (String member : line.split(",", -1)) {
      text.append(text.isEmpty() ? "" : ",").append(member.strip());
    }
    return text.toString();
  }

  private static String codings(String line) {
    TreeSet<String> codings = new TreeSet<>();
    TreeSet<String> refused = new TreeSet<>();
    for (String member : line.toLowerCase(Locale.ROOT).split(",", -1)) {
      String coding = member.replace(" ", "").replace("\t", "");
      int zero = zeroWeight(coding);
      if (zero >= 0) {
        refused.add(coding.substring(0, zero));
      } else if (!coding.isEmpty()) {
        codings.add(coding);
      }
    }
    // What is refused says something only where it would else be taken: "*" takes everything, and
    // whoever names nothing takes "identity".
    boolean all = codings.stream().anyMatch(c -> c.equals("*") || c.startsWith("*;"));
    for (String coding : refused) {
      if (all || coding.equals("*") || coding.equals("identity")) {
        codings.add(coding + ";q=0");
      }
    }
    return String.join(",", codings);
  }

  /** Where a weight of zero begins, in any of its forms: 0, 0., 0.0, 0.00, 0.000; else -1. */
  private static int zeroWeight(String coding) {
    int at = coding.lastIndexOf(";q=0");
    for (int i = at + 4; at >= 0 && i < coding.length(); i++) {
      if (coding.charAt(i) != '.' && coding.charAt(i) != '0') {
        return -1;
      }
    }
    return at;
  }
}
