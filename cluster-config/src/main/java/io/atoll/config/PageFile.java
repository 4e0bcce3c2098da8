package io.atoll.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A page of text, read with the configuration: what a client gets of it later is what was checked.
 *
 * @param path of the file; its ending says the media type
 * @param text of the page; empty before it is read
 */
public record PageFile(Path path, String text) {
  private static final int MOST_BYTES = 256 << 10;

  /** A file that is not read yet. */
  static PageFile at(Path path) {
    return new PageFile(path, "");
  }

  /**
   * The page, read, where relative paths are relative to a folder. Blocks.
   *
   * @throws IllegalArgumentException if it can't be read, with what was expected
   */
  PageFile in(Path folder) {
    Path file = folder.resolve(path).normalize();
    if (typeOf(file) == null) {
      throw new IllegalArgumentException("a file that ends in .html, .htm, .txt, .json or .xml");
    }
    try (var in = Files.isRegularFile(file) ? Files.newInputStream(file) : null) {
      byte[] bytes = in == null ? null : in.readNBytes(MOST_BYTES + 1);
      if (bytes == null || bytes.length > MOST_BYTES) {
        throw new IllegalArgumentException("a readable file of at most 256KiB");
      }
      return new PageFile(file, utf8(bytes));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a file in UTF-8", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("a readable file", e);
    }
  }

  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  /** The media type without parameters, in lower case. */
  public String mediaType() {
    String type = typeOf(path);
    if (type == null) {
      throw new IllegalStateException("not a page: " + path);
    }
    return type;
  }

  private static @Nullable String typeOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
      case "html", "htm" -> "text/html";
      case "txt" -> "text/plain";
      case "json" -> "application/json";
      case "xml" -> "application/xml";
      default -> null;
    };
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
