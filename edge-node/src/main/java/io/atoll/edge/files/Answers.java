package io.atoll.edge.files;

import io.atoll.config.RouteConfig;
import io.atoll.edge.cache.HttpDate;
import io.atoll.edge.files.Answer.Due;
import io.atoll.edge.files.Answer.HeadOnly;
import io.atoll.edge.files.Answer.Missing;
import io.atoll.edge.files.Answer.Piece;
import io.atoll.edge.files.Answer.Sent;
import io.atoll.edge.files.Answer.Stretch;
import io.atoll.edge.files.Answer.Text;
import io.atoll.edge.files.Answer.Whole;
import io.atoll.edge.files.ByteRanges.Span;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Says how requests for files are answered. Thread-safe. */
final class Answers {
  private final RouteConfig.Files config;
  private final Selector selector;
  private final InstantSource clock;
  private volatile Dated dated = new Dated(Long.MIN_VALUE, "");

  /** A second, as {@code Date} says it. */
  private record Dated(long second, String text) {}

  Answers(RouteConfig.Files config, InstantSource clock) {
    this.config = config;
    this.selector = new Selector(config);
    this.clock = clock;
  }

  // From the disk: blocks.

  /** The answer, from the disk; what is small enough to be at hand next time is put there. */
  Answer fromDisk(Asked asked, Shelf shelf, Shelf.@Nullable Key key) throws IOException {
    Selection selection = selector.select(asked.file(), asked.codings(), clock.millis());
    if (key != null) {
      Shelf.Item item =
          selection instanceof Selection.Chosen(Representation found)
              ? shelved(shelf, key, found)
              : null;
      if (item != null) {
        return atHand(asked, item);
      }
      shelf.drop(key);
    }
    return switch (selection) {
      case Selection.Chosen(Representation representation) ->
          read(describe(asked, representation), representation.document());
      case Selection.Unslashed() -> withSlash(asked);
      case Selection.Listed(Path folder) -> listing(asked, folder);
      case Selection.None() -> new Missing();
    };
  }

  /** Null where it is too large, or might still change unseen, or can't be read. */
  private Shelf.@Nullable Item shelved(Shelf shelf, Shelf.Key key, Representation found)
      throws IOException {
    if (found.size() > Shelf.LARGEST || !found.document().version().atRest(clock.millis())) {
      return null;
    }
    Shelf.Item renewed = shelf.renew(key, found);
    if (renewed != null) {
      return renewed;
    }
    OpenFile file = open(found.document());
    if (file == null) {
      return null;
    }
    try (file) {
      return shelf.put(key, found, file.read(0, (int) found.size(), true));
    }
  }

  private static Answer read(Answer answer, FileTree.Document document) throws IOException {
    if (!(answer instanceof Due due)) {
      return answer;
    }
    OpenFile file = open(document);
    if (file == null) {
      return new Missing();
    }
    if (due.pieces().size() > 1 || due.length() > Shelf.LARGEST) {
      due.fields().set(HttpHeaders.CONTENT_LENGTH, Long.toString(due.length()));
      return new Sent(due.status(), due.fields(), file, due.pieces());
    }
    try (file) {
      byte[] content =
          !due.pieces().isEmpty() && due.pieces().getFirst() instanceof Stretch(long at, long bytes)
              ? file.read(at, (int) bytes, true)
              : new byte[0];
      return new Whole(
          due.status(), due.fields(), BufferInternal.buffer(Unpooled.wrappedBuffer(content)));
    }
  }

  /** Null where it may not be read, or has gone since it was found. */
  private static @Nullable OpenFile open(FileTree.Document found) throws IOException {
    try {
      return OpenFile.open(found);
    } catch (FileSystemException e) {
      if (e instanceof AccessDeniedException || e instanceof NoSuchFileException) {
        return null;
      }
      throw e;
    }
  }

  private Answer listing(Asked asked, Path folder) throws IOException {
    MultiMap fields = common();
    fields.set(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8");
    fields.set("Content-Security-Policy", "default-src 'none'");
    return new Whole(200, fields, Buffer.buffer(Listing.of(asked.path(), folder, selector.tree())));
  }

  private Answer withSlash(Asked asked) {
    String query = asked.query() == null ? "" : "?" + asked.query();
    MultiMap fields = common().set("Location", asked.path() + "/" + query);
    return new Whole(301, fields, Buffer.buffer(0));
  }

  // From what is at hand.

  /** The answer, from a file that is at hand. */
  Answer atHand(Asked asked, Shelf.Item item) {
    Answer answer = describe(asked, item.representation());
    if (!(answer instanceof Due due)) {
      return answer;
    }
    if (due.pieces().size() == 1
        && due.pieces().getFirst() instanceof Stretch(long at, long bytes)) {
      return new Whole(due.status(), due.fields(), item.part(at, bytes));
    }
    Buffer body = Buffer.buffer();
    for (Piece piece : due.pieces()) {
      switch (piece) {
        case Text(Buffer text) -> body.appendBuffer(text);
        case Stretch(long at, long bytes) -> body.appendBuffer(item.part(at, bytes));
      }
    }
    return new Whole(due.status(), due.fields(), body);
  }

  // What it is, wherever the bytes come from.

  private Answer describe(Asked asked, Representation representation) {
    MultiMap fields = common();
    if (!config.precompressed().isEmpty()) {
      fields.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    }
    String etag = representation.etag();
    fields.set(HttpHeaders.ETAG, etag);
    long modified = representation.document().version().modifiedSeconds();
    return switch (asked.conditions().judge(etag, modified)) {
      case FAILED -> new Whole(412, common(), Buffer.buffer(0));
      case NOT_MODIFIED -> new Whole(304, fields, Buffer.buffer(0));
      case SEND -> {
        if (representation.coding() != null) {
          fields.set(HttpHeaders.CONTENT_ENCODING, representation.coding().name());
        }
        fields.set(HttpHeaders.CONTENT_TYPE, representation.type());
        fields.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        yield ranged(asked, representation, fields);
      }
    };
  }

  private Answer ranged(Asked asked, Representation representation, MultiMap fields) {
    String lastModified = representation.lastModified();
    if (lastModified != null) {
      fields.set(HttpHeaders.LAST_MODIFIED, lastModified);
    }
    long size = representation.size();
    String range = asked.range();
    List<Span> spans =
        range != null && asked.conditions().allowsPart(representation.etag(), lastModified)
            ? ByteRanges.of(range, size)
            : null;
    if (spans == null) {
      List<Piece> whole = size == 0 ? List.of() : List.of(new Stretch(0, size));
      return due(asked.head(), 200, fields, whole, size);
    }
    if (spans.isEmpty()) {
      MultiMap refused = common().set(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
      return new Whole(416, refused, Buffer.buffer(0));
    }
    if (spans.size() == 1) {
      Span span = spans.getFirst();
      fields.set(HttpHeaders.CONTENT_RANGE, contentRange(span, size));
      List<Piece> part = List.of(new Stretch(span.first(), span.length()));
      return due(false, 206, fields, part, span.length());
    }
    return multipart(size, fields, spans);
  }

  /** RFC 9110 section 14.6. */
  private static Answer multipart(long size, MultiMap fields, List<Span> spans) {
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
    return due(false, 206, fields, pieces, length + end.length());
  }

  private static String contentRange(Span span, long size) {
    return "bytes " + span.first() + "-" + span.last() + "/" + size;
  }

  private static Answer due(
      boolean head, int status, MultiMap fields, List<Piece> pieces, long length) {
    return head
        ? new HeadOnly(fields.set(HttpHeaders.CONTENT_LENGTH, Long.toString(length)))
        : new Due(status, fields, pieces, length);
  }

  private MultiMap common() {
    MultiMap fields = HttpHeaders.headers().set(HttpHeaders.DATE, date());
    if (config.maxAge() != null) {
      fields.set(HttpHeaders.CACHE_CONTROL, "max-age=" + config.maxAge().toSeconds());
    }
    return fields;
  }

  private String date() {
    long now = clock.millis();
    long second = Math.floorDiv(now, 1000);
    Dated last = dated;
    if (last.second() != second) {
      last = new Dated(second, HttpDate.format(now));
      dated = last;
    }
    return last.text();
  }
}
