package io.atoll.edge.testkit;

import io.vertx.core.http.HttpClientRequest;
import java.util.concurrent.CompletableFuture;

/** A request that a test writes by itself, and the answer to it. */
public final class Question {
  private final HttpClientRequest request;
  private final CompletableFuture<Answer> answer;

  /** Before anything of the request is sent. */
  public Question(HttpClientRequest request) {
    this.request = request;
    this.answer = request.response().map(Answer::new).toCompletionStage().toCompletableFuture();
  }

  /** To be written. */
  public HttpClientRequest request() {
    return request;
  }

  /** Sends it without a body. */
  public Question end() {
    var _ = request.end();
    return this;
  }

  /** The answer, once its head is there. */
  public Answer answer() {
    return Answer.await(answer);
  }
}
