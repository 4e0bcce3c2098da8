package io.atoll.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a YAML document, and where it stands. */
sealed interface YamlNode {
  /** Where it begins. */
  Position at();

  /** What was found here, for an error. */
  String found();

  /**
   * A scalar.
   *
   * @param text its value, variables replaced
   * @param plain neither quoted nor a block
   * @param written as the file has it; differs from {@code text} where a variable was replaced
   */
  record Scalar(Position at, String text, boolean plain, String written) implements YamlNode {
    private static final int SHOWN = 60;

    /** Whether a variable was replaced in it. */
    boolean isReplaced() {
      return !written.equals(text);
    }

    /** Whether it may be more than text: a variable stands in quotes where YAML wants it so. */
    boolean isTyped() {
      return plain || isReplaced();
    }

    /** Nothing, {@code ~} or {@code null}, or an empty variable: as if the key were left out. */
    boolean isNull() {
      return switch (text) {
        case "" -> isTyped();
        case "~", "null", "Null", "NULL" -> plain && !isReplaced();
        default -> false;
      };
    }

    /** The value as written: what a variable holds may be a secret. */
    @Override
    public String found() {
      if (isNull()) {
        return "nothing";
      }
      String shown = written.length() > SHOWN ? written.substring(0, SHOWN) + "…" : written;
      return "'" + shown + "'" + (isReplaced() ? " (from the environment)" : "");
    }
  }

  /** A list. */
  record Sequence(Position at, List<YamlNode> items) implements YamlNode {
    @Override
    public String found() {
      return "a list";
    }
  }

  /** Keys in the order of the file, each once. */
  record Mapping(Position at, List<Entry> entries) implements YamlNode {
    /** The value of a key. */
    @Nullable YamlNode get(String key) {
      for (Entry entry : entries) {
        if (entry.key().equals(key)) {
          return entry.value();
        }
      }
      return null;
    }

    @Override
    public String found() {
      return "a mapping";
    }
  }

  /** A key with its value. */
  record Entry(String key, Position at, YamlNode value) {}
}
