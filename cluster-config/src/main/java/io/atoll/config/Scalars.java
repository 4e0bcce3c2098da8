package io.atoll.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The types that are written as one scalar: how each is read, written and described. */
final class Scalars {
  private static final String OCTETS = "\\d{1,3}(?:\\.\\d{1,3}){3}";
  private static final Pattern IPV4 = Pattern.compile(OCTETS);
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(KiB|MiB|GiB)?");
  private static final Pattern DATA_RATE = Pattern.compile("(\\d{1,18}(?:KiB|MiB|GiB)?)/s");
  private static final Pattern RATE = Pattern.compile("([1-9]\\d{0,17})/(s|m|h)");
  private static final Pattern STATUS = Pattern.compile("([1-5]\\d\\d)(?:-([1-5]\\d\\d))?");
  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,10}");
  private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,10}(?:\\.\\d{1,10})?");
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:\\[([0-9A-Fa-f:./]+)]|([A-Za-z0-9._/-]+)):(\\d{1,5})");
  private static final Pattern BACKEND =
      Pattern.compile("(https?)://(\\[[^\\]/]+](?::\\d+)?|[^/]+)");
  private static final Pattern HAS_PORT = Pattern.compile(":\\d+$");
  private static final Pattern NAME =
      Pattern.compile("(?!-)[A-Za-z0-9_-]{1,63}(?:\\.(?!-)[A-Za-z0-9_-]{1,63})*\\.?");

  /**
   * A type that is written as one scalar.
   *
   * @param expected what to write, for an error: "a duration such as 500ms"
   * @param sample a text that is read without error
   * @param pattern what JSON Schema demands of the text
   * @param read refuses with an IllegalArgumentException or an ArithmeticException; its message,
   *     where there is one, says what is special about this text
   * @param write the inverse of {@code read}
   */
  record Kind<T>(
      String expected,
      String sample,
      Pattern pattern,
      Function<String, T> read,
      Function<T, String> write) {
    /** A value of the type, whichever. */
    T example() {
      return read.apply(sample);
    }

    @SuppressWarnings("unchecked") // A kind is only asked about values of the type it is found by.
    String write(Object value) {
      return write.apply((T) value);
    }
  }

  private static final Map<Class<?>, Kind<?>> KINDS = kinds();

  private Scalars() {}

  private static Map<Class<?>, Kind<?>> kinds() {
    Map<Class<?>, Kind<?>> kinds = new LinkedHashMap<>();
    kinds.put(
        String.class, new Kind<>("text", "x", Pattern.compile(""), text -> text, text -> text));
    Kind<Boolean> bool =
        new Kind<>(
            "true or false",
            "true",
            Pattern.compile("true|false"),
            Scalars::bool,
            Object::toString);
    kinds.put(boolean.class, bool);
    Kind<Integer> integer =
        new Kind<>("a whole number", "1", INTEGER, Scalars::integer, Object::toString);
    kinds.put(int.class, integer);
    kinds.put(Integer.class, integer);
    kinds.put(
        double.class, new Kind<>("a number", "1.0", DECIMAL, Scalars::decimal, Object::toString));
    kinds.put(
        Path.class,
        new Kind<>("a path", "x", Pattern.compile("[^\\x00]+"), Scalars::path, Path::toString));
    kinds.put(
        AddressFile.class,
        new Kind<>(
            "a path",
            "x",
            Pattern.compile("[^\\x00]+"),
            text -> AddressFile.at(path(text)),
            AddressFile::toString));
    kinds.put(
        PageFile.class,
        new Kind<>(
            "a path",
            "x.html",
            Pattern.compile("[^\\x00]+"),
            text -> PageFile.at(path(text)),
            PageFile::toString));
    kinds.put(
        LogOutput.class,
        new Kind<>(
            "stdout, stderr or a path",
            "stdout",
            Pattern.compile("[^\\x00]+"),
            text -> new LogOutput(path(text)),
            LogOutput::toString));
    kinds.put(
        Duration.class,
        new Kind<>(
            "a duration such as 500ms, 2s, 1m, 1h or 7d",
            "1s",
            DURATION,
            Scalars::duration,
            Scalars::write));
    kinds.put(
        DataSize.class,
        new Kind<>(
            "a size such as 512, 64KiB, 16MiB or 2GiB",
            "1KiB",
            SIZE,
            Scalars::size,
            Scalars::write));
    kinds.put(
        DataRate.class,
        new Kind<>(
            "bytes a second such as 512/s, 1KiB/s or 2MiB/s",
            "1KiB/s",
            DATA_RATE,
            text -> new DataRate(size(match(DATA_RATE, text).group(1))),
            rate -> write(rate.perSecond()) + "/s"));
    kinds.put(
        Rate.class,
        new Kind<>(
            "a rate such as 100/s, 6000/m or 10/h", "1/s", RATE, Scalars::rate, Scalars::write));
    kinds.put(
        HostPort.class,
        new Kind<>("HOST:PORT", "localhost:1", HOST_PORT, Scalars::hostPort, HostPort::toString));
    kinds.put(
        Cidr.class,
        new Kind<>(
            "a CIDR such as 10.0.0.0/8 or 2001:db8::/32",
            "10.0.0.0/8",
            Pattern.compile("[0-9A-Fa-f:.]+(?:/\\d{1,3})?"),
            Scalars::cidr,
            Cidr::toString));
    kinds.put(
        StatusRange.class,
        new Kind<>(
            "a status or a range of them, such as 204 or 200-399",
            "200",
            STATUS,
            Scalars::statuses,
            StatusRange::toString));
    kinds.put(
        Template.class,
        new Kind<>(
            "text with variables", "x", Pattern.compile(""), Template::parse, Template::toString));
    kinds.put(
        Expression.class,
        new Kind<>(
            Expression.expected(),
            "true",
            Pattern.compile(""),
            Expression::parse,
            Expression::toString));
    kinds.put(
        BackendAddress.class,
        new Kind<>(
            "http://HOST:PORT or https://HOST[:PORT]",
            "http://localhost:1",
            BACKEND,
            Scalars::backend,
            BackendAddress::toString));
    return kinds;
  }

  /** How values of a type are written; null for one that isn't written as a scalar. */
  static @Nullable Kind<?> kind(Class<?> type) {
    return KINDS.get(type);
  }

  /** A value of a type that is written as a scalar; refuses as {@link Kind#read} does. */
  static Object read(Class<?> type, String text) {
    Kind<?> kind = KINDS.get(type);
    if (kind == null) {
      throw new IllegalStateException(type.getName());
    }
    return kind.read().apply(text);
  }

  /** Whether a plain scalar is needed: a quoted number is text. */
  static boolean plain(Class<?> type) {
    return type.isPrimitive() || type == Integer.class;
  }

  /** An address as a host stands for it, without asking anyone; null for a name. */
  static @Nullable InetAddress literal(String host) {
    boolean numeric = IPV4.matcher(host).matches() || host.indexOf(':') >= 0;
    if (!numeric || host.indexOf('%') >= 0) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether a host is a name, as far as its form goes. */
  static boolean isName(String host) {
    // The last label of a name is never a number (RFC 1123 section 2.1): 10.0.0.300 is none.
    return host.length() <= 253
        && NAME.matcher(host).matches()
        && !host.matches("(?:.*\\.)?\\d+\\.?");
  }

  private static Matcher match(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException();
    }
    return matcher;
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  private static int integer(String text) {
    return Math.toIntExact(Long.parseLong(match(INTEGER, text).group()));
  }

  private static double decimal(String text) {
    return Double.parseDouble(match(DECIMAL, text).group());
  }

  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException();
    }
    return Path.of(text);
  }

  private static Duration duration(String text) {
    Matcher matcher = match(DURATION, text);
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static String write(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3600 + "h";
  }

  private static DataSize size(String text) {
    Matcher matcher = match(SIZE, text);
    long amount = Long.parseLong(matcher.group(1));
    int shift =
        switch (matcher.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          case null, default -> 0;
        };
    return new DataSize(Math.multiplyExact(amount, 1L << shift));
  }

  private static String write(DataSize size) {
    long bytes = size.bytes();
    if (bytes == 0 || bytes % 1024 != 0) {
      return Long.toString(bytes);
    }
    if (bytes % (1 << 20) != 0) {
      return (bytes >> 10) + "KiB";
    }
    return bytes % (1 << 30) == 0 ? (bytes >> 30) + "GiB" : (bytes >> 20) + "MiB";
  }

  private static Rate rate(String text) {
    Matcher matcher = match(RATE, text);
    Duration per =
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(1);
          case "m" -> Duration.ofMinutes(1);
          default -> Duration.ofHours(1);
        };
    return new Rate(Long.parseLong(matcher.group(1)), per);
  }

  private static String write(Rate rate) {
    String unit =
        switch ((int) rate.per().toSeconds()) {
          case 1 -> "s";
          case 60 -> "m";
          case 3600 -> "h";
          default -> throw new IllegalArgumentException("no unit for " + rate.per());
        };
    return rate.permits() + "/" + unit;
  }

  private static HostPort hostPort(String text) {
    Matcher matcher = match(HOST_PORT, text);
    String bracketed = matcher.group(1);
    String host = (bracketed == null ? matcher.group(2) : bracketed).toLowerCase(Locale.ROOT);
    boolean network = host.indexOf('/') >= 0;
    InetAddress literal = network ? null : literal(host);
    boolean good =
        network
            ? cidr(host).network().getAddress().length == (bracketed == null ? 4 : 16)
            : bracketed == null
                ? isName(host) || literal != null
                : literal != null && host.indexOf(':') >= 0;
    if (!good) {
      throw new IllegalArgumentException();
    }
    return new HostPort(
        literal == null ? host : NetUtil.toAddressString(literal), port(matcher.group(3), 0));
  }

  private static int port(String text, int least) {
    int port = Integer.parseInt(text);
    if (port < least || port > 65_535) {
      throw new IllegalArgumentException("a port from " + least + " to 65535");
    }
    return port;
  }

  private static Cidr cidr(String text) {
    int slash = text.indexOf('/');
    InetAddress address = literal(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException();
    }
    int bits = address.getAddress().length * 8;
    int prefix = slash < 0 ? bits : integer(text.substring(slash + 1));
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException("a prefix from 0 to " + bits);
    }
    Cidr cidr = new Cidr(network(address, prefix), prefix);
    if (!cidr.network().equals(address)) {
      throw new IllegalArgumentException("the first address of the block, " + cidr);
    }
    return cidr;
  }

  private static InetAddress network(InetAddress address, int prefix) {
    byte[] bytes = address.getAddress();
    for (int bit = prefix; bit < bytes.length * 8; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static StatusRange statuses(String text) {
    Matcher matcher = match(STATUS, text);
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    if (last < first) {
      throw new IllegalArgumentException("a range that starts with the lower status");
    }
    return new StatusRange(first, last);
  }

  static BackendAddress backend(String text) {
    Matcher matcher = match(BACKEND, text);
    boolean defaultPort = matcher.group(1).equals("https") && !HAS_PORT.matcher(text).find();
    HostPort authority = hostPort(matcher.group(2) + (defaultPort ? ":443" : ""));
    if (authority.host().indexOf('/') >= 0) {
      throw new IllegalArgumentException();
    }
    return new BackendAddress(
        matcher.group(1), authority.host(), port(Integer.toString(authority.port()), 1));
  }
}
