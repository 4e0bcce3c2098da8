package io.atoll.edge.files;

import io.atoll.config.RouteConfig;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.Handler;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.ResponseSink;
import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The handler {@code files}. Looks a request's file up on the {@link Disk}, one visit for most,
 * unless it is on the {@link Shelf}, and answers on the event loop. Confined to one event loop.
 */
public final class FilesHandler implements Handler {
  private static final String METHODS = "GET, HEAD, OPTIONS";
  private static final CharSequence ALLOW = HttpHeaders.createOptimized("Allow");

  private final String prefix;
  private final Answers answers;
  private final Disk disk;
  private final Shelf shelf;
  private final Shelf.Scope scope;
  private final RouteConfig.Files config;

  /**
   * One for a route and event loop.
   *
   * @param match its prefix is no part of a file's path; the path of an exact match is
   * @param disk where files are read
   * @param shelf of small files
   * @param clock the time of day
   */
  public FilesHandler(
      RouteConfig.Files config,
      RouteConfig.PathMatch match,
      Disk disk,
      Shelf shelf,
      InstantSource clock) {
    this.prefix =
        match instanceof RouteConfig.Prefix(String text)
            ? text.endsWith("/") ? text.substring(0, text.length() - 1) : text
            : "";
    this.answers = new Answers(config, clock);
    this.disk = disk;
    this.shelf = shelf;
    this.scope = new Shelf.Scope(config);
    this.config = config;
  }

  @Override
  public void handle(Exchange exchange) {
    switch (exchange.request().method().name()) {
      case "GET", "HEAD" -> look(exchange);
      case "OPTIONS" -> {
        MultiMap fields = HttpHeaders.headers().add(ALLOW, METHODS);
        exchange.respond(204, fields, Buffer.buffer(0));
      }
      default -> {
        exchange.addField(ALLOW, METHODS);
        exchange.fail(Failure.of(Outcome.METHOD_REFUSED, "files are read only"));
      }
    }
  }

  private void look(Exchange exchange) {
    Asked asked = Asked.of(exchange, prefix, config.precompressed());
    Shelf.Key key = key(asked);
    Shelf.Item item = key == null ? null : shelf.at(key, config.recheck());
    if (item != null) {
      answer(exchange, answers.atHand(asked, item));
      return;
    }
    var _ =
        disk.run(exchange.context(), () -> answers.fromDisk(asked, shelf, key))
            .onComplete(
                result -> {
                  if (result.failed() && key != null) {
                    shelf.drop(key); // it can't be known any more what it is
                  }
                  answer(exchange, result);
                });
  }

  private Shelf.@Nullable Key key(Asked asked) {
    FilePath file = asked.file();
    return file == null || config.recheck().isZero()
        ? null
        : new Shelf.Key(scope, file, asked.codings());
  }

  private void answer(Exchange exchange, AsyncResult<Answer> result) {
    if (result.failed()) {
      exchange.fail(failure(result.cause()));
    } else {
      answer(exchange, result.result());
    }
  }

  private void answer(Exchange exchange, Answer answer) {
    switch (answer) {
      case Answer.Whole(int status, MultiMap fields, Buffer body) ->
          exchange.respond(status, fields, body);
      case Answer.HeadOnly(MultiMap fields) -> {
        ResponseSink client = exchange.client();
        client.start(Fetch.NONE, 200, fields);
        client.end();
      }
      case Answer.Sent sent ->
          new FileSender(exchange, disk, sent.file(), sent.pieces())
              .begin(sent.status(), sent.fields());
      case Answer.Due due -> throw new IllegalStateException("nobody got " + due.pieces());
      case Answer.Missing() -> exchange.fail(Failure.of(Outcome.NO_FILE, "there is no such file"));
    }
  }

  private static Failure failure(Throwable cause) {
    return switch (cause) {
      case RejectedExecutionException _ ->
          Failure.of(Outcome.DISK_BUSY, "too many requests wait for files");
      case OpenFile.ChangedException _ ->
          Failure.of(Outcome.FILE_CHANGED, "the file changed while it was read");
      default -> Failure.of(Outcome.INTERNAL, "the file can't be read");
    };
  }
}
