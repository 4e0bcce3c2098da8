package io.atoll.edge.filter;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.FileTaker;
import io.atoll.edge.exchange.ResponseSink;
import io.atoll.edge.problem.ErrorPages;
import io.atoll.edge.problem.Shown;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Answers with a page where the response that comes is an error that one stands for. The rest of
 * that response is read to nowhere, so that its connection can serve another request; unless more
 * of it comes than is worth that. Others pass as they are. Confined to one event loop.
 */
final class InterceptingSink implements ResponseSink {
  private static final long MOST_DROPPED = 256 << 10;

  /** What a client does something about, or a browser keeps, whatever the page says. */
  private static final List<CharSequence> KEPT =
      List.of(
          HttpHeaders.createOptimized("Allow"),
          HttpHeaders.createOptimized("Retry-After"),
          HttpHeaders.createOptimized("Set-Cookie"),
          HttpHeaders.createOptimized("WWW-Authenticate"));

  private final Exchange exchange;
  private final ErrorPages pages;
  private final ResponseSink next;
  private @Nullable Fetch dropped;
  private long bytes;

  InterceptingSink(Exchange exchange, ErrorPages pages, ResponseSink next) {
    this.exchange = exchange;
    this.pages = pages;
    this.next = next;
  }

  @Override
  public void start(Fetch fetch, int status, MultiMap fields) {
    if (!pages.mayIntercept(status)) {
      next.start(fetch, status, fields);
      return;
    }
    Shown page = pages.instead(status, mediaType(fields), exchange.accept());
    if (page == null) {
      vary(fields);
      next.start(fetch, status, fields);
      return;
    }
    dropped = fetch;
    exchange.show(page, status, kept(fields));
    dropped(announced(fields));
  }

  private static String mediaType(MultiMap fields) {
    String said = fields.get(HttpHeaders.CONTENT_TYPE);
    String type = said == null ? "" : said;
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
  }

  /** Another client may have had a page: a cache on the way must know why. */
  private static void vary(MultiMap fields) {
    fields.add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
  }

  private static MultiMap kept(MultiMap fields) {
    MultiMap kept = HttpHeaders.headers();
    for (CharSequence name : KEPT) {
      for (String value : fields.getAll(name)) {
        kept.add(name, value);
      }
    }
    return kept;
  }

  private long announced(MultiMap fields) {
    String length = fields.get(HttpHeaders.CONTENT_LENGTH);
    return length == null || exchange.isHead() ? 0 : Long.parseLong(length);
  }

  /** So much is there to drop, or has been. */
  private void dropped(long atLeast) {
    Fetch fetch = dropped;
    if (fetch != null && atLeast > MOST_DROPPED) {
      fetch.cancel();
    }
  }

  @Override
  public void hints(MultiMap fields) {
    next.hints(fields);
  }

  @Override
  public void flush() {
    if (dropped == null) {
      next.flush();
    }
  }

  @Override
  public void part(Buffer part) {
    if (dropped == null) {
      next.part(part);
    } else {
      bytes += part.length();
      dropped(bytes);
    }
  }

  @Override
  public void trailers(MultiMap fields) {
    if (dropped == null) {
      next.trailers(fields);
    }
  }

  @Override
  public @Nullable FileTaker files() {
    return dropped == null ? next.files() : null;
  }

  @Override
  public void end() {
    if (dropped == null) {
      next.end();
    }
  }

  @Override
  public void failed(Failure failure) {
    if (dropped == null) {
      next.failed(failure);
    }
  }
}
