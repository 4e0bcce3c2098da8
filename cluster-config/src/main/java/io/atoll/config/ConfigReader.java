package io.atoll.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code edge.yaml}: either the whole configuration, checked, or every error in it at once.
 * Reading blocks on the disk (the file itself, and a look whether the files it names are there).
 * Stateless.
 */
public final class ConfigReader {
  private ConfigReader() {}

  /** What came of reading a file. */
  public sealed interface Result {}

  /** A configuration in which everything is right as far as one file can tell. */
  public record Loaded(EdgeConfig config) implements Result {}

  /** At least one error, in the order of the file. */
  public record Rejected(List<ConfigError> errors) implements Result {
    /** Keeps the errors as they are now. */
    public Rejected {
      errors = List.copyOf(errors);
    }
  }

  /**
   * Reads a file.
   *
   * @param file UTF-8; relative paths in it are relative to its folder
   * @param environment a variable's value by its name, null where it is not set
   */
  public static Result read(Path file, Function<String, @Nullable String> environment) {
    try {
      if (Files.size(file) > YamlTree.MAX_LENGTH) {
        return unreadable(file, "larger than 1MiB");
      }
      return parse(Files.readString(file), file, environment);
    } catch (NoSuchFileException e) {
      return unreadable(file, "there is no such file");
    } catch (CharacterCodingException e) {
      return unreadable(file, "expected UTF-8, found other bytes");
    } catch (IOException e) {
      return unreadable(file, "can't be read: " + e.getMessage());
    }
  }

  /**
   * Reads a text as if it stood in a file.
   *
   * @param text the file's content
   * @param file names it in errors; relative paths are relative to its folder
   * @param environment a variable's value by its name, null where it is not set
   */
  public static Result parse(
      String text, Path file, Function<String, @Nullable String> environment) {
    Problems problems = new Problems(file.toString());
    Positions positions = new Positions();
    YamlNode root = YamlTree.read(text, new Variables(environment), problems);
    if (root != null) {
      Path folder = file.toAbsolutePath().normalize().getParent();
      Binder binder = new Binder(folder == null ? Path.of("/") : folder, positions, problems);
      if (binder.bind(EdgeConfig.class, root, "", false) instanceof EdgeConfig config) {
        Rules.check(config, positions, problems);
        if (problems.isEmpty()) {
          return new Loaded(config);
        }
      }
    }
    return new Rejected(problems.inOrder());
  }

  private static Result unreadable(Path file, String message) {
    Problems problems = new Problems(file.toString());
    problems.add(Position.START, ".", message);
    return new Rejected(problems.inOrder());
  }
}
