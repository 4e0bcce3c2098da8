package io.atoll.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of address blocks, one a line, read with the configuration: empty lines and what follows a
 * {@code #} don't count.
 *
 * @param path of the file
 * @param cidrs in it; empty before it is read
 */
public record AddressFile(Path path, List<Cidr> cidrs) {
  private static final long MOST_BYTES = 16 << 20;

  /** A file that is not read yet. */
  static AddressFile at(Path path) {
    return new AddressFile(path, List.of());
  }

  /**
   * The file, read, where relative paths are relative to a folder. Blocks.
   *
   * @throws IllegalArgumentException if it can't be read, with what was expected
   */
  AddressFile in(Path folder) {
    Path file = folder.resolve(path).normalize();
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException("a readable file of at most 16MiB");
      }
      return new AddressFile(file, blocks(Files.readAllLines(file)));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a file in UTF-8", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("a readable file", e);
    }
  }

  private static List<Cidr> blocks(List<String> lines) {
    List<Cidr> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      int comment = line.indexOf('#');
      String text = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (!text.isEmpty()) {
        blocks.add(block(text, i + 1));
      }
    }
    return List.copyOf(blocks);
  }

  private static Cidr block(String text, int line) {
    try {
      return (Cidr) Scalars.read(Cidr.class, text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "a file of CIDRs, one a line (line " + line + " is '" + text + "')", e);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
