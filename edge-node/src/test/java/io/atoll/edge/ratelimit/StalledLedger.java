package io.atoll.edge.ratelimit;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A ledger that answers when the test says so. */
final class StalledLedger implements BudgetLedger {
  /** A question not yet answered. */
  record Question(
      String key, Gcra bucket, int wanted, Debt owed, CompletableFuture<Grant> answer) {}

  private final BudgetLedger buckets;
  private final Queue<Question> open = new ArrayDeque<>();
  private int asked;
  private int returned;

  StalledLedger(BudgetLedger buckets) {
    this.buckets = buckets;
  }

  @Override
  public CompletionStage<Grant> take(BudgetKey key, Gcra bucket, int wanted, Debt owed) {
    asked++;
    CompletableFuture<Grant> answer = new CompletableFuture<>();
    open.add(new Question(key.value(), bucket, wanted, owed, answer));
    return answer;
  }

  @Override
  public CompletionStage<?> giveBack(BudgetKey key, Gcra bucket, int tokens) {
    returned += tokens;
    return buckets.giveBack(key, bucket, tokens);
  }

  /** Answers every question, and those that follow from the answers. */
  void answer() {
    while (!open.isEmpty()) {
      answerOne();
    }
  }

  /** Answers the oldest question. */
  void answerOne() {
    Question question = open.remove();
    var _ =
        buckets
            .take(
                new BudgetKey("limit", question.key()),
                question.bucket(),
                question.wanted(),
                question.owed())
            .whenComplete((grant, _) -> question.answer().complete(grant));
  }

  /** Fails every question. */
  void fail() {
    for (Question next = open.poll(); next != null; next = open.poll()) {
      next.answer().completeExceptionally(new IllegalStateException("no owner"));
    }
  }

  /** The oldest question without an answer. */
  Question oldest() {
    return open.element();
  }

  int open() {
    return open.size();
  }

  int asked() {
    return asked;
  }

  int returned() {
    return returned;
  }
}
