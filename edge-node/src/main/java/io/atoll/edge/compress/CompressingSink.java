package io.atoll.edge.compress;

import io.atoll.config.RouteConfig.Coding;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.FileTaker;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Compresses a response on its way, where that is wanted; else passes it on as it is. It keeps no
 * more than the encoder's window: a part that comes in goes out as far as it is encoded, and where
 * the length isn't known, as with event streams, each part goes out at once. A body that comes in
 * one part goes out in one, with its length. The encoder lives from the first part to the end, the
 * failure or the cancellation. Confined to one event loop.
 */
final class CompressingSink implements ResponseSink, Fetch {
  /** Fields that speak of the bytes as they were (RFC 9530, RFC 9110 section 14.3). */
  private static final List<String> OF_THE_BYTES =
      List.of(
          "Content-Length",
          "Accept-Ranges",
          "Content-Digest",
          "Repr-Digest",
          "Digest",
          "Content-MD5");

  private final Compression compression;
  private final @Nullable Coding coding;
  private final List<String> ifNoneMatch;
  private final boolean head;
  private final ResponseSink next;

  private @Nullable Fetch source;
  private @Nullable Encoder encoder;
  private @Nullable MultiMap held;
  private int status;
  private long announced = -1;
  private boolean encodes;
  private boolean over;

  /**
   * One for a response.
   *
   * @param coding what the client is to have; null: the plain form
   * @param ifNoneMatch of the request
   * @param head whether there will be no body
   */
  CompressingSink(
      Compression compression,
      @Nullable Coding coding,
      List<String> ifNoneMatch,
      boolean head,
      ResponseSink next) {
    this.compression = compression;
    this.coding = coding;
    this.ifNoneMatch = ifNoneMatch;
    this.head = head;
    this.next = next;
  }

  @Override
  public void start(Fetch fetch, int responseStatus, MultiMap fields) {
    if (responseStatus == 304) {
      agree(fields);
    }
    if (!compression.covers(responseStatus, fields)) {
      next.start(fetch, responseStatus, fields);
      return;
    }
    vary(fields);
    if (coding == null) {
      next.start(fetch, responseStatus, fields);
      return;
    }
    encodes = true;
    source = fetch;
    status = responseStatus;
    String length = fields.get(HttpHeaders.CONTENT_LENGTH);
    announced = length == null ? -1 : Long.parseLong(length);
    OF_THE_BYTES.forEach(fields::remove);
    fields.set(HttpHeaders.CONTENT_ENCODING, coding.name());
    weaken(fields);
    if (!head && announced >= 0 && announced <= Encoder.MOST_AT_ONCE) {
      held = fields; // it may come in one part
    } else {
      next.start(this, status, fields);
    }
  }

  /**
   * Who holds what was compressed here, a client or the cache, hears of the same weak tag again;
   * and the field that replaces its {@code Vary} says no less.
   */
  private void agree(MultiMap fields) {
    if (fields.contains(HttpHeaders.VARY)) {
      vary(fields);
    }
    String etag = fields.get(HttpHeaders.ETAG);
    if (etag != null && ifNoneMatch.stream().anyMatch(line -> line.contains("W/" + etag))) {
      weaken(fields);
      vary(fields);
    }
  }

  /** The same text compressed at another time or place may be other bytes (RFC 9110 §8.8.1). */
  private static void weaken(MultiMap fields) {
    String etag = fields.get(HttpHeaders.ETAG);
    if (etag != null && !etag.startsWith("W/")) {
      fields.set(HttpHeaders.ETAG, "W/" + etag);
    }
  }

  private static void vary(MultiMap fields) {
    for (String line : fields.getAll(HttpHeaders.VARY)) {
      for (String name : line.split(",", -1)) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        if (lower.equals("*") || lower.equals("accept-encoding")) {
          return;
        }
      }
    }
    fields.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
  }

  @Override
  public void hints(MultiMap hints) {
    next.hints(hints);
  }

  /** A head that is held back is followed by its body's one part. */
  @Override
  public void flush() {
    if (!over && held == null) {
      next.flush();
    }
  }

  @Override
  public void trailers(MultiMap fields) {
    next.trailers(fields);
  }

  @Override
  public void part(Buffer part) {
    if (over) {
      return;
    }
    if (!encodes) {
      next.part(part);
      return;
    }
    Buffer ready = encoded(part);
    if (ready == null) {
      return;
    }
    MultiMap fields = held;
    held = null;
    if (fields != null) {
      if (over) {
        fields.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(ready.length()));
      }
      next.start(this, status, fields);
    }
    if (ready.length() > 0) {
      next.part(ready);
    }
  }

  /** What is ready, the end too where this part is the whole body; null: it failed. */
  private @Nullable Buffer encoded(Buffer part) {
    boolean whole = held != null && part.length() == announced;
    byte[] bytes = part.getBytes();
    Buffer ready = Buffer.buffer();
    try {
      Encoder used = open();
      for (int at = 0; at < bytes.length; at += Encoder.MOST_AT_ONCE) {
        int length = Math.min(Encoder.MOST_AT_ONCE, bytes.length - at);
        ready.appendBuffer(used.encode(bytes, at, length, announced < 0));
      }
      if (whole) {
        ready.appendBuffer(used.finish());
        close();
      }
      return ready;
    } catch (RuntimeException e) {
      broken();
      return null;
    }
  }

  private Encoder open() {
    Encoder used = encoder;
    if (used == null) {
      if (coding == null) {
        throw new IllegalStateException("no coding was chosen");
      }
      used = compression.encoder(coding);
      encoder = used;
    }
    return used;
  }

  private void broken() {
    Fetch fetch = source;
    close();
    if (fetch != null) {
      fetch.cancel();
    }
    next.failed(Failure.of(Outcome.INTERNAL, "the response can't be compressed"));
  }

  @Override
  public @Nullable FileTaker files() {
    return encodes ? null : next.files();
  }

  @Override
  public void end() {
    if (encodes && !head && !over) {
      Buffer rest;
      try {
        rest = open().finish();
      } catch (RuntimeException e) {
        broken();
        return;
      }
      close();
      MultiMap fields = held;
      if (fields != null) {
        next.start(this, status, fields);
      }
      next.part(rest);
    }
    next.end();
  }

  @Override
  public void failed(Failure failure) {
    close();
    next.failed(failure);
  }

  /** Whether memory outside of the heap is held. */
  boolean holdsMemory() {
    return encoder != null;
  }

  private void close() {
    over = true;
    Encoder used = encoder;
    encoder = null;
    if (used != null) {
      used.close();
    }
  }

  @Override
  public void pause() {
    if (source != null) {
      source.pause();
    }
  }

  @Override
  public void resume() {
    if (source != null) {
      source.resume();
    }
  }

  @Override
  public void cancel() {
    close();
    if (source != null) {
      source.cancel();
    }
  }
}
