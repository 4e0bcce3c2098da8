package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Outcome;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A request to a backend and what was heard of it. Sends on the event loop. */
class Asked implements BackendEvents {
  private final String path;
  private final CompletableFuture<String> outcome = new CompletableFuture<>();
  private final CountDownLatch firstPart = new CountDownLatch(1);
  private final CountDownLatch drained = new CountDownLatch(1);
  private final StringBuilder heard = new StringBuilder();
  private final List<MultiMap> heads = new ArrayList<>();
  private final AtomicLong received = new AtomicLong();
  private volatile @Nullable BackendStream stream;
  private BackendPool.@Nullable Waiting place;

  Asked(String path) {
    this.path = path;
  }

  void place(BackendPool.Waiting waiting) {
    place = waiting;
  }

  void leave() {
    if (place != null) {
      place.leave();
    }
  }

  BackendStream stream() {
    BackendStream opened = stream;
    if (opened == null) {
      throw new AssertionError("no connection yet");
    }
    return opened;
  }

  boolean isConnected() {
    return stream != null;
  }

  /** Waits for the end; says what was heard: status, content, {@code END} or why there is none. */
  String outcome() {
    return outcome.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** Whether anything was heard that ends it. */
  boolean isOver() {
    return outcome.isDone();
  }

  void awaitFirstPart() throws InterruptedException, TimeoutException {
    await(firstPart, "no part");
  }

  void awaitDrained() throws InterruptedException, TimeoutException {
    await(drained, "not drained");
  }

  private static void await(CountDownLatch latch, String otherwise)
      throws InterruptedException, TimeoutException {
    if (!latch.await(10, TimeUnit.SECONDS)) {
      throw new TimeoutException(otherwise);
    }
  }

  long received() {
    return received.get();
  }

  MultiMap fields() {
    return heads.getLast();
  }

  @Override
  public void connected(BackendStream opened) {
    stream = opened;
    send(opened);
  }

  /** A GET; others send something else. */
  void send(BackendStream to) {
    to.begin(HttpMethod.GET, path, "backend");
    to.send(BackendStream.Framing.NONE);
  }

  @Override
  public void refused(Outcome why) {
    complete("REFUSED " + why.word());
  }

  @Override
  public void head(int status, MultiMap fields) {
    heads.add(fields);
    heard.append(status).append(' ');
  }

  @Override
  public void headAlone() {}

  @Override
  public void part(Buffer part) {
    received.addAndGet(part.length());
    if (part.length() > 64 << 10) {
      complete("a part of " + part.length());
    }
    if (received.get() < 1000) {
      heard.append(part);
    }
    firstPart.countDown();
  }

  @Override
  public void end() {
    complete(heard + " END");
  }

  @Override
  public void broken(Outcome why) {
    complete(heard + " BROKEN " + why.word());
  }

  @Override
  public void drained() {
    drained.countDown();
  }

  private void complete(String text) {
    if (!outcome.complete(text.strip().replace("  ", " "))) {
      throw new AssertionError("over twice: " + text);
    }
  }
}
