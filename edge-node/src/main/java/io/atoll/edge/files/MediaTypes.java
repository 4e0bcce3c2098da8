package io.atoll.edge.files;

import io.vertx.core.http.MimeMapping;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a file is, by the end of its name. Text is said to be UTF-8. */
final class MediaTypes {
  private MediaTypes() {}

  /** The media type of a file; {@code application/octet-stream} where its name says nothing. */
  static String of(Path file) {
    String name = String.valueOf(file.getFileName());
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    String type = ofTheWeb(ending);
    if (type == null) {
      type = MimeMapping.mimeTypeForExtension(ending);
    }
    if (type == null) {
      return "application/octet-stream";
    }
    return type.startsWith("text/") ? type + "; charset=utf-8" : type;
  }

  /** Those that Vert.x's table has not, or has by an older name. */
  private static @Nullable String ofTheWeb(String ending) {
    return switch (ending) {
      case "html", "htm" -> "text/html";
      case "css" -> "text/css";
      case "js", "mjs" -> "text/javascript";
      case "md" -> "text/markdown";
      case "json", "map" -> "application/json";
      case "webmanifest" -> "application/manifest+json";
      case "wasm" -> "application/wasm";
      case "svg" -> "image/svg+xml";
      case "webp" -> "image/webp";
      case "avif" -> "image/avif";
      case "ico" -> "image/x-icon";
      case "woff" -> "font/woff";
      case "woff2" -> "font/woff2";
      case "ttf" -> "font/ttf";
      case "otf" -> "font/otf";
      case "mp4" -> "video/mp4";
      case "webm" -> "video/webm";
      case "gz" -> "application/gzip";
      case "zst" -> "application/zstd";
      default -> null;
    };
  }
}
