package io.atoll.config;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces <code>${NAME}</code> and <code>${NAME:-default}</code> in scalars, as a POSIX shell
 * does: a default stands in for a variable that is unset or empty. <code>$${</code> is a literal
 * <code>${</code>. Anything else with a dollar is left alone, among it <code>${node.id}</code>,
 * which means something while requests are served.
 */
final class Variables {
  private static final Pattern VARIABLE =
      Pattern.compile(
          "(?<escape>\\$)?\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<or>:-(?<default>[^}]*))?}");

  private final Function<String, @Nullable String> environment;

  Variables(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /** For texts that are part of the program. */
  static Variables none() {
    return new Variables(name -> null);
  }

  /**
   * The text with every variable replaced; one without a value stays as written.
   *
   * @param problem told of each variable without a value
   */
  String replace(String text, Consumer<String> problem) {
    if (text.indexOf("${") < 0) {
      return text;
    }
    return VARIABLE
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(value(match, problem)));
  }

  private String value(MatchResult match, Consumer<String> problem) {
    if (match.group("escape") != null) {
      return match.group().substring(1);
    }
    String name = match.group("name");
    String value = environment.apply(name);
    String fallback = match.group("default");
    if (fallback != null && (value == null || value.isEmpty())) {
      return fallback;
    }
    if (value == null) {
      problem.accept(
          "the environment variable " + name + " is not set; ${" + name + ":-…} gives a default");
      return match.group();
    }
    return value;
  }
}
