package io.atoll.edge.files;

import io.atoll.config.RouteConfig;
import io.atoll.config.RouteConfig.Coding;
import io.atoll.edge.cache.HttpDate;
import io.atoll.edge.files.Answer.HeadOnly;
import io.atoll.edge.files.Answer.Missing;
import io.atoll.edge.files.Answer.Piece;
import io.atoll.edge.files.Answer.Sent;
import io.atoll.edge.files.Answer.Stretch;
import io.atoll.edge.files.Answer.Text;
import io.atoll.edge.files.Answer.Whole;
import io.atoll.edge.files.ByteRanges.Span;
import io.atoll.edge.files.FileTree.Document;
import io.atoll.edge.files.FileTree.Folder;
import io.atoll.edge.files.FileTree.Nothing;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds what a request asks for and says how it is answered. Every method blocks; thread-safe. */
final class Answers {
  /** What is read at once while the file is open anyway, and sent in one write. */
  static final int AT_ONCE = 64 << 10;

  private final RouteConfig.Files config;
  private final FileTree tree;
  private final InstantSource clock;

  Answers(RouteConfig.Files config, InstantSource clock) {
    this.config = config;
    this.tree = new FileTree(config.root());
    this.clock = clock;
  }

  Answer to(Asked asked) throws IOException {
    Answer answer = found(asked);
    String fallback = config.fallback();
    return answer instanceof Missing
            && fallback != null
            && tree.find(fallback) instanceof Document document
        ? document(asked, document)
        : answer;
  }

  private Answer found(Asked asked) throws IOException {
    FilePath file = asked.file();
    if (file == null) {
      return new Missing();
    }
    return switch (tree.find(file.names())) {
      case Document document -> file.folder() ? new Missing() : document(asked, document);
      case Folder(Path path) -> file.folder() ? folder(asked, path) : withSlash(asked);
      case Nothing() -> new Missing();
    };
  }

  /** Without the slash at its end, relative references in a folder's page would miss. */
  private Answer withSlash(Asked asked) {
    String query = asked.query() == null ? "" : "?" + asked.query();
    MultiMap fields = common(clock.millis()).set("Location", asked.path() + "/" + query);
    return new Whole(301, fields, Buffer.buffer(0));
  }

  private Answer folder(Asked asked, Path path) throws IOException {
    for (String name : config.index()) {
      Document document = tree.beside(path, name);
      if (document != null) {
        return document(asked, document);
      }
    }
    if (!config.listing()) {
      return new Missing();
    }
    MultiMap fields = common(clock.millis());
    fields.set(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8");
    fields.set("Content-Security-Policy", "default-src 'none'");
    return new Whole(200, fields, Buffer.buffer(Listing.of(asked.path(), path, tree)));
  }

  private Answer document(Asked asked, Document plain) throws IOException {
    long now = clock.millis();
    MultiMap fields = common(now);
    Document chosen = plain;
    if (!config.precompressed().isEmpty()) {
      fields.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
      for (Coding coding : asked.codings().rank(config.precompressed())) {
        Document sibling = tree.beside(plain.path().resolveSibling(""), sibling(plain, coding));
        if (sibling != null) {
          fields.set(HttpHeaders.CONTENT_ENCODING, coding.name());
          chosen = sibling;
          break;
        }
      }
    }
    String etag = chosen.version().etag(now);
    fields.set(HttpHeaders.ETAG, etag);
    return switch (asked.conditions().judge(etag, chosen.version().modifiedSeconds())) {
      case FAILED -> new Whole(412, common(now), Buffer.buffer(0));
      case NOT_MODIFIED -> {
        fields.remove(HttpHeaders.CONTENT_ENCODING);
        yield new Whole(304, fields, Buffer.buffer(0));
      }
      case SEND -> {
        String type = MediaTypes.of(plain.path());
        fields.set(HttpHeaders.CONTENT_TYPE, type);
        fields.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        yield send(asked, chosen, fields, etag, now);
      }
    };
  }

  private static String sibling(Document plain, Coding coding) {
    String ending =
        switch (coding) {
          case zstd -> ".zst";
          case br -> ".br";
          case gzip -> ".gz";
        };
    return plain.path().getFileName() + ending;
  }

  private Answer send(Asked asked, Document chosen, MultiMap fields, String etag, long now)
      throws IOException {
    String lastModified = chosen.version().lastModified(now);
    if (lastModified != null) {
      fields.set(HttpHeaders.LAST_MODIFIED, lastModified);
    }
    long size = chosen.version().size();
    String range = asked.range();
    List<Span> spans =
        range != null && asked.conditions().allowsPart(etag, lastModified)
            ? ByteRanges.of(range, size)
            : null;
    if (spans == null) {
      List<Piece> whole = size == 0 ? List.of() : List.of(new Stretch(0, size));
      return body(asked.head(), 200, chosen, fields, whole, size);
    }
    if (spans.isEmpty()) {
      MultiMap refused = common(now).set(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
      return new Whole(416, refused, Buffer.buffer(0));
    }
    if (spans.size() == 1) {
      Span span = spans.getFirst();
      fields.set(HttpHeaders.CONTENT_RANGE, contentRange(span, size));
      List<Piece> part = List.of(new Stretch(span.first(), span.length()));
      return body(false, 206, chosen, fields, part, span.length());
    }
    return multipart(chosen, fields, spans);
  }

  /** RFC 9110 section 14.6. */
  private static Answer multipart(Document chosen, MultiMap fields, List<Span> spans)
      throws IOException {
    long size = chosen.version().size();
    String boundary = UUID.randomUUID().toString();
    String type = fields.get(HttpHeaders.CONTENT_TYPE);
    List<Piece> pieces = new ArrayList<>();
    long length = 0;
    for (Span span : spans) {
      String head =
          "\r\n--%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n"
              .formatted(boundary, type, contentRange(span, size));
      pieces.add(new Text(Buffer.buffer(head)));
      pieces.add(new Stretch(span.first(), span.length()));
      length += head.length() + span.length();
    }
    String end = "\r\n--" + boundary + "--\r\n";
    pieces.add(new Text(Buffer.buffer(end)));
    fields.set(HttpHeaders.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary);
    return body(false, 206, chosen, fields, pieces, length + end.length());
  }

  private static String contentRange(Span span, long size) {
    return "bytes " + span.first() + "-" + span.last() + "/" + size;
  }

  private static Answer body(
      boolean head, int status, Document chosen, MultiMap fields, List<Piece> pieces, long length)
      throws IOException {
    if (head) {
      return new HeadOnly(fields.set(HttpHeaders.CONTENT_LENGTH, Long.toString(length)));
    }
    OpenFile file = open(chosen);
    if (file == null) {
      return new Missing();
    }
    if (pieces.size() > 1 || length > AT_ONCE) {
      fields.set(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
      return new Sent(status, fields, file, pieces);
    }
    try (file) {
      Buffer body =
          !pieces.isEmpty() && pieces.getFirst() instanceof Stretch(long offset, long bytes)
              ? file.read(offset, (int) bytes, true)
              : Buffer.buffer(0);
      return new Whole(status, fields, body);
    }
  }

  /** Null where it may not be read, or has gone since it was found. */
  private static @Nullable OpenFile open(Document found) throws IOException {
    try {
      return OpenFile.open(found);
    } catch (FileSystemException e) {
      if (e instanceof java.nio.file.AccessDeniedException
          || e instanceof java.nio.file.NoSuchFileException) {
        return null;
      }
      throw e;
    }
  }

  private MultiMap common(long now) {
    MultiMap fields = HttpHeaders.headers().set(HttpHeaders.DATE, HttpDate.format(now));
    if (config.maxAge() != null) {
      fields.set(HttpHeaders.CACHE_CONTROL, "max-age=" + config.maxAge().toSeconds());
    }
    return fields;
  }
}
