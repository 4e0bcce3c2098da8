package io.atoll.edge.testkit;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A response as a client gets it, part by part. */
public final class Answer {
  private final HttpClientResponse response;
  private final Buffer body = Buffer.buffer();
  private final AtomicLong received = new AtomicLong();
  private final CompletableFuture<Buffer> whole = new CompletableFuture<>();

  Answer(HttpClientResponse response) {
    this.response = response;
    response.handler(
        part -> {
          received.addAndGet(part.length());
          synchronized (body) {
            body.appendBuffer(part);
          }
        });
    response.endHandler(_ -> whole.complete(body));
    response.exceptionHandler(whole::completeExceptionally);
  }

  /** The head, and trailers once the body is whole. */
  public HttpClientResponse head() {
    return response;
  }

  /** The status. */
  public int status() {
    return response.statusCode();
  }

  /** A field of the head. */
  public String field(String name) {
    String value = response.getHeader(name);
    return value == null ? "" : value;
  }

  /** What has come so far. */
  public String soFar() {
    synchronized (body) {
      return body.toString();
    }
  }

  /** Bytes of the body that have come so far. */
  public long received() {
    return received.get();
  }

  /** The body, once it is whole. */
  public Buffer body() {
    return await(whole);
  }

  /** Completes with the body, or with why it is not whole. */
  public CompletableFuture<Buffer> whole() {
    return whole;
  }

  /** What a future has to say, in half a minute. */
  public static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
