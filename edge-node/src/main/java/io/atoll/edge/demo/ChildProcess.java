package io.atoll.edge.demo;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that this one started and will stop. What it prints goes to a log file; a line that
 * begins with {@code ready} tells that it serves. Its standard input stays open as long as this
 * process lives, which is how it learns of our end. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Duration TO_DIE = Duration.ofSeconds(5);

  private final String name;
  private final Path log;
  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final Thread reader;
  private volatile String lastLine = "";

  private ChildProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.reader = Thread.ofVirtual().name("log of " + name).start(this::copyOutput);
  }

  /**
   * Starts a process.
   *
   * @param name for messages
   * @param log what it prints is added to this file
   * @param command with its arguments
   * @throws UncheckedIOException where it can't be started
   */
  public static ChildProcess start(String name, Path log, List<String> command) {
    try {
      return new ChildProcess(
          name, log, new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(name + " can't be started: " + e.getMessage(), e);
    }
  }

  /**
   * Waits for the line that begins with {@code ready}.
   *
   * @return the line
   * @throws ChildFailedException where the process ended before it, or it did not come in time
   */
  public String awaitReady(Duration limit) throws InterruptedException {
    try {
      return ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new ChildFailedException(name, log, "ended before it was ready, " + lastWords());
    } catch (TimeoutException e) {
      throw new ChildFailedException(name, log, "was not ready within " + limit.toSeconds() + " s");
    }
  }

  /** How it ended, as far as that is known once its output has. */
  private String lastWords() throws InterruptedException {
    boolean ended = process.waitFor(TO_DIE.toMillis(), TimeUnit.MILLISECONDS);
    String how = ended ? "exit " + process.exitValue() : "though it still runs";
    return lastLine.isEmpty() ? how : how + ", saying \"" + lastLine + "\"";
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  /** The file with what it printed. */
  public Path log() {
    return log;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Completes with its exit code when it has ended. */
  public CompletableFuture<Integer> ended() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Sends SIGKILL and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(TO_DIE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new ChildFailedException(name, log, "survived SIGKILL");
    }
  }

  /** Sends SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** Waits for its end, and kills it where it does not come in time. */
  public void awaitEnd(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
    }
    reader.join(TO_DIE);
  }

  /** Terminates it, and kills it where that takes longer than a few seconds. */
  @Override
  public void close() {
    terminate();
    try {
      awaitEnd(TO_DIE);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void copyOutput() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        BufferedWriter copy =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        copy.write(line);
        copy.newLine();
        copy.flush();
        lastLine = line;
        if (line.startsWith("ready")) {
          ready.complete(line);
        }
      }
    } catch (IOException e) {
      ready.completeExceptionally(e);
    } finally {
      ready.completeExceptionally(new IllegalStateException("output ended"));
    }
  }
}
