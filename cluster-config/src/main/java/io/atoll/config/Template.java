package io.atoll.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Text with variables such as <code>${client.ip}</code>, which stand for something else in each
 * request; <code>$${</code> is a literal <code>${</code>.
 *
 * @param parts in order, no two texts beside each other
 */
public record Template(List<Part> parts) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)}");

  /** A piece of it. */
  public sealed interface Part {}

  /** What is the same for every request. */
  public record Text(String text) implements Part {}

  /** What is filled in. */
  public enum Variable implements Part {
    /** The client's address, without brackets. */
    CLIENT_IP("client.ip"),
    /** This node's id. */
    NODE_ID("node.id"),
    /** The host asked for, in lower case, without a port. */
    REQUEST_HOST("request.host"),
    /** The request's identifier, passed on or made. */
    REQUEST_ID("request.id"),
    /** The method. */
    REQUEST_METHOD("request.method"),
    /** The path in its normal form. */
    REQUEST_PATH("request.path"),
    /** The query as sent, without its question mark; empty where there is none. */
    REQUEST_QUERY("request.query"),
    /** http or https: what the client spoke. */
    REQUEST_SCHEME("request.scheme"),
    /** The route's name. */
    ROUTE_NAME("route.name");

    private final String word;

    Variable(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return "${" + word + "}";
    }
  }

  /** What to write, for an error. */
  static String expected() {
    return "text whose variables are among "
        + Arrays.stream(Variable.values()).map(Variable::toString).collect(Collectors.joining(" "));
  }

  /** A text without variables. */
  public static Template constant(String text) {
    return new Template(text.isEmpty() ? List.of() : List.of(new Text(text)));
  }

  /**
   * The template that a text stands for.
   *
   * @throws IllegalArgumentException if it names a variable that there isn't
   */
  static Template parse(String text) {
    List<Part> parts = new ArrayList<>();
    StringBuilder plain = new StringBuilder();
    Matcher matcher = VARIABLE.matcher(text);
    int from = 0;
    while (matcher.find()) {
      plain.append(text, from, matcher.start());
      from = matcher.end();
      if (matcher.group(1) == null) {
        plain.append("${");
        continue;
      }
      flush(plain, parts);
      parts.add(variable(matcher.group()));
    }
    plain.append(text, from, text.length());
    flush(plain, parts);
    return new Template(List.copyOf(parts));
  }

  private static void flush(StringBuilder plain, List<Part> parts) {
    if (!plain.isEmpty()) {
      parts.add(new Text(plain.toString()));
      plain.setLength(0);
    }
  }

  private static Variable variable(String written) {
    return Arrays.stream(Variable.values())
        .filter(variable -> variable.toString().equals(written))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(expected()));
  }

  /** As it is written. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Text(String text) -> out.append(text.replace("${", "$${"));
        case Variable variable -> out.append(variable);
      }
    }
    return out.toString();
  }
}
