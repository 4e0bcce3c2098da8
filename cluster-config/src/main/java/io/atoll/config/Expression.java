package io.atoll.config;

import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A question about a request in CEL (the Common Expression Language), compiled and known to be true
 * or false. There are no loops in it: what it costs is bounded by its own length and the request's.
 * Thread-safe; equal to one of the same text.
 */
public final class Expression {
  /** What it may ask of a request. Read only where the expression comes to it. */
  public interface Facts {
    /** {@code request.method}, as sent. */
    String method();

    /** {@code request.scheme}: http or https. */
    String scheme();

    /** {@code request.host}, in lower case, without a port. */
    String host();

    /** {@code request.path}, in its normal form. */
    String path();

    /** {@code request.query}, as sent; empty where there is none. */
    String query();

    /**
     * {@code request.headers}, by names in lower case; several lines of a field joined by commas.
     */
    Map<String, String> headers();

    /** {@code client.ip}, without brackets. */
    String clientAddress();
  }

  /** What it says of a request. */
  public enum Answer {
    /** True. */
    HOLDS,
    /** False. */
    FAILS,
    /** It has no value for this request: it asks for a field that isn't there, say. */
    ERROR
  }

  /** Loaded with the first expression: a configuration without one does without CEL. */
  private static final class Language {
    private static final CelOptions BOUNDS =
        CelOptions.current()
            .enableHeterogeneousNumericComparisons(true) // the runtime knows no other way
            .maxExpressionCodePointSize(4096)
            .maxParseRecursionDepth(64)
            .maxRegexProgramSize(10_000)
            .build();
    static final CelCompiler COMPILER =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(BOUNDS)
            .setStandardMacros(CelStandardMacro.HAS)
            .setResultType(SimpleType.BOOL)
            .addVar("request.method", SimpleType.STRING)
            .addVar("request.scheme", SimpleType.STRING)
            .addVar("request.host", SimpleType.STRING)
            .addVar("request.path", SimpleType.STRING)
            .addVar("request.query", SimpleType.STRING)
            .addVar("request.headers", MapType.create(SimpleType.STRING, SimpleType.STRING))
            .addVar("client.ip", SimpleType.STRING)
            .build();
    static final CelRuntime RUNTIME =
        CelRuntimeFactory.plannerRuntimeBuilder().setOptions(BOUNDS).build();
  }

  private final String text;
  private final CelRuntime.Program program;

  private Expression(String text, CelRuntime.Program program) {
    this.text = text;
    this.program = program;
  }

  /**
   * The expression that a text is. Takes tenths of a second the first time.
   *
   * @throws IllegalArgumentException if it is none, or is not true or false, with what is wrong
   */
  static Expression parse(String text) {
    try {
      return new Expression(
          text, Language.RUNTIME.createProgram(Language.COMPILER.compile(text).getAst()));
    } catch (CelValidationException e) {
      throw refused(e.getErrors().getFirst());
    } catch (CelEvaluationException e) {
      throw new IllegalArgumentException(expected() + ": " + e.getMessage(), e);
    }
  }

  private static IllegalArgumentException refused(CelIssue issue) {
    String what = issue.getMessage().replace(" (in container '')", "");
    int column = issue.getSourceLocation().getColumn() + 1;
    return new IllegalArgumentException(
        expected()
            + ": at its line "
            + issue.getSourceLocation().getLine()
            + ", column "
            + column
            + ", "
            + what);
  }

  /** What to write, for an error. */
  static String expected() {
    return "a CEL expression that is true or false";
  }

  /** What it says of a request. */
  public Answer of(Facts facts) {
    try {
      return Boolean.TRUE.equals(program.eval(name -> Optional.ofNullable(fact(name, facts))))
          ? Answer.HOLDS
          : Answer.FAILS;
    } catch (CelEvaluationException | RuntimeException _) {
      return Answer.ERROR;
    }
  }

  private static @Nullable Object fact(String name, Facts facts) {
    return switch (name) {
      case "request.method" -> facts.method();
      case "request.scheme" -> facts.scheme();
      case "request.host" -> facts.host();
      case "request.path" -> facts.path();
      case "request.query" -> facts.query();
      case "request.headers" -> facts.headers();
      case "client.ip" -> facts.clientAddress();
      default -> null;
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Expression expression && text.equals(expression.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it is written. */
  @Override
  public String toString() {
    return text;
  }
}
