package io.atoll.edge.compress;

import io.atoll.config.RouteConfig;
import io.atoll.config.RouteConfig.Coding;
import io.atoll.edge.cache.CacheControl;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a route compresses, and how. Confined to one event loop. */
public final class Compression {
  private final List<Coding> offered;
  private final List<String> types;
  private final long minSize;
  private final RouteConfig.Levels levels;
  private final Scratch scratch = Scratch.allocate();

  /** From the route's {@code compress}; codings that this machine can't make are not offered. */
  public Compression(RouteConfig.Compress config, Codings codings) {
    this.offered = config.encodings().stream().filter(codings.available()::contains).toList();
    this.types = config.types().stream().map(type -> type.toLowerCase(Locale.ROOT)).toList();
    this.minSize = Math.max(1, config.minSize().bytes());
    this.levels = config.levels();
  }

  /**
   * The coding for a client; null: none. HTTP/1.0 gets none: without chunks a body whose length
   * isn't known can't be told from one that was cut off.
   */
  @Nullable Coding choose(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_1_0) {
      return null;
    }
    List<Coding> ranked =
        AcceptEncoding.parse(request.headers().getAll(HttpHeaders.ACCEPT_ENCODING)).rank(offered);
    return ranked.isEmpty() ? null : ranked.getFirst();
  }

  /** Whether a response is one that clients get compressed if they take it. */
  boolean covers(int status, MultiMap fields) {
    String length = fields.get(HttpHeaders.CONTENT_LENGTH);
    return status >= 200
        && status != 204
        && status != 205
        && status != 206
        && status != 304
        && !fields.contains(HttpHeaders.CONTENT_ENCODING)
        && !fields.contains(HttpHeaders.CONTENT_RANGE)
        && (length == null || Long.parseLong(length) >= minSize)
        && matches(fields.get(HttpHeaders.CONTENT_TYPE))
        && !CacheControl.parse(fields.getAll(HttpHeaders.CACHE_CONTROL)).noTransform();
  }

  private boolean matches(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int semicolon = contentType.indexOf(';');
    String type =
        (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
            .strip()
            .toLowerCase(Locale.ROOT);
    for (String pattern : types) {
      int star = pattern.indexOf('*');
      boolean same =
          star < 0
              ? pattern.equals(type)
              : type.length() >= pattern.length() - 1
                  && type.startsWith(pattern.substring(0, star))
                  && type.endsWith(pattern.substring(star + 1));
      if (same || pattern.equals("*/*")) {
        return true;
      }
    }
    return false;
  }

  Encoder encoder(Coding coding) {
    return switch (coding) {
      case zstd -> new ZstdEncoder(levels.zstd(), scratch);
      case br -> new BrotliEncoder(levels.br());
      case gzip -> new GzipEncoder(levels.gzip());
    };
  }
}
