package io.atoll.edge.telemetry;

import io.atoll.config.LogOutput;
import io.atoll.config.TelemetryConfig;
import io.micrometer.core.instrument.Counter;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The access log: event loops hand over entries and never wait; one thread of its own writes them,
 * a JSON object a line. Holds at most 16,384 entries; what comes faster than it can be written is
 * dropped and counted.
 */
public final class AccessLog implements AutoCloseable {
  private static final int CAPACITY = 16_384;
  private static final AccessEntry END =
      new AccessEntry(0, "", "", "", "", false, "", "", "", "", 0, "", 0, 0, null, 0, null);

  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  private final double sample;
  private final @Nullable ArrayBlockingQueue<AccessEntry> queue;
  private final Counter dropped;
  private final @Nullable Thread writer;

  /** Opens what lines are written to, anew after a failure. */
  @FunctionalInterface
  interface Output {
    /** Where lines go from now on. */
    OutputStream open() throws IOException;
  }

  private AccessLog(
      double sample,
      @Nullable ArrayBlockingQueue<AccessEntry> queue,
      Counter dropped,
      @Nullable Thread writer) {
    this.sample = sample;
    this.queue = queue;
    this.dropped = dropped;
    this.writer = writer;
  }

  /**
   * Opens the log and starts its thread; none of both where the format is {@code off}.
   *
   * @throws IOException if the file can't be opened for appending
   */
  public static AccessLog open(TelemetryConfig.AccessLog config, Telemetry telemetry)
      throws IOException {
    if (config.format() == TelemetryConfig.AccessLog.Format.off) {
      return new AccessLog(0, null, dropped(telemetry), null);
    }
    return open(config.sample(), () -> stream(config.output()), telemetry);
  }

  /** Opens a log that is written to an output. */
  static AccessLog open(double sample, Output output, Telemetry telemetry) throws IOException {
    Counter dropped = dropped(telemetry);
    ArrayBlockingQueue<AccessEntry> queue = new ArrayBlockingQueue<>(CAPACITY);
    Lines lines = new Lines(output, dropped);
    lines.open();
    Thread writer =
        Thread.ofPlatform().name("access-log").daemon().start(() -> write(queue, lines));
    return new AccessLog(sample, queue, dropped, writer);
  }

  private static Counter dropped(Telemetry telemetry) {
    return telemetry.counter("atoll.access.log.dropped");
  }

  /** Whether the next entry is wanted at all; ask before making one. */
  public boolean wanted() {
    return queue != null && (sample >= 1 || ThreadLocalRandom.current().nextDouble() < sample);
  }

  /** Hands an entry over. Never blocks. */
  public void offer(AccessEntry entry) {
    if (queue != null && !queue.offer(entry)) {
      dropped.increment();
    }
  }

  /** Writes what was handed over and stops, within five seconds. */
  @Override
  public void close() {
    if (queue == null || writer == null) {
      return;
    }
    try {
      if (queue.offer(END, 5, TimeUnit.SECONDS)) {
        writer.join(TimeUnit.SECONDS.toMillis(5));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static OutputStream stream(LogOutput where) throws IOException {
    if (where.equals(LogOutput.STDOUT)) {
      return new Standard(FileDescriptor.out);
    }
    if (where.equals(LogOutput.STDERR)) {
      return new Standard(FileDescriptor.err);
    }
    return Files.newOutputStream(
        where.path(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void write(ArrayBlockingQueue<AccessEntry> queue, Lines lines) {
    try {
      while (true) {
        AccessEntry entry = queue.poll();
        if (entry == null) {
          lines.flush();
          entry = queue.take();
        }
        if (entry.equals(END)) {
          return;
        }
        lines.add(entry);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lines.close();
    }
  }

  /**
   * Lines on their way out, for one thread. A full disk or a log that was taken away costs the
   * lines of that time and no more: they are counted, and the output is opened again.
   */
  private static final class Lines {
    private static final int BUFFER = 1 << 16;
    private static final long BETWEEN_TRIES_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final JsonFactory json = JsonFactory.builder().build();
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(2 * BUFFER);
    private final Output output;
    private final Counter dropped;
    private @Nullable OutputStream out;
    private int buffered;
    private boolean failing;
    private long failedAt;

    Lines(Output output, Counter dropped) {
      this.output = output;
      this.dropped = dropped;
    }

    void open() throws IOException {
      out = output.open();
    }

    /** Adds a line; one that can't be made is left out whole. */
    void add(AccessEntry entry) {
      int before = buffer.size();
      try {
        line(json, entry, buffer);
        buffered++;
      } catch (RuntimeException e) {
        byte[] whole = buffer.toByteArray();
        buffer.reset();
        buffer.write(whole, 0, before);
        dropped.increment();
        LOG.warn("A line of the access log could not be made", e);
      }
      if (buffer.size() >= BUFFER) {
        flush();
      }
    }

    /** Writes what was added. Lines that can't be written are lost: memory is bounded. */
    void flush() {
      if (buffered == 0) {
        return;
      }
      if (!failing || System.nanoTime() - failedAt >= BETWEEN_TRIES_NANOS) {
        try {
          OutputStream to = out;
          if (to == null) {
            to = output.open();
            out = to;
            to.write('\n'); // what was written last may have ended within a line
          }
          buffer.writeTo(to);
          to.flush();
          if (failing) {
            failing = false;
            LOG.warn("The access log is written again");
          }
          forget();
          return;
        } catch (IOException e) {
          failed(e);
        }
      }
      dropped.increment(buffered);
      forget();
    }

    private void failed(IOException e) {
      if (!failing) {
        LOG.error("The access log can't be written; lines are dropped until it can", e);
      }
      failing = true;
      failedAt = System.nanoTime();
      closeOutput();
    }

    private void forget() {
      buffer.reset();
      buffered = 0;
    }

    void close() {
      flush();
      closeOutput();
    }

    private void closeOutput() {
      OutputStream old = out;
      out = null;
      if (old != null) {
        try {
          old.close();
        } catch (IOException e) {
          LOG.debug("The access log's output did not close", e);
        }
      }
    }

    private static void line(JsonFactory json, AccessEntry entry, OutputStream out) {
      try (JsonGenerator line =
          json.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
        line.writeStartObject();
        line.writeStringProperty("time", Instant.ofEpochMilli(entry.epochMillis()).toString());
        line.writeStringProperty("id", entry.requestId());
        line.writeStringProperty("client", entry.client());
        line.writeStringProperty("listener", entry.listener());
        line.writeStringProperty("protocol", entry.protocol());
        line.writeBooleanProperty("tls", entry.tls());
        line.writeStringProperty("method", entry.method());
        line.writeStringProperty("host", entry.host());
        line.writeStringProperty("path", entry.path());
        line.writeStringProperty("route", entry.route());
        line.writeNumberProperty("status", entry.status());
        line.writeStringProperty("outcome", entry.outcome());
        line.writeNumberProperty("bytes", entry.bytes());
        line.writeNumberProperty("micros", entry.micros());
        if (entry.backend() != null) {
          line.writeStringProperty("backend", entry.backend());
          line.writeNumberProperty("tries", entry.tries());
        }
        if (entry.cache() != null) {
          line.writeStringProperty("cache", entry.cache());
        }
        line.writeEndObject();
        line.writeRaw('\n');
      }
    }
  }

  /** A stream of the process: not ours to close, nor could it be opened again. */
  private static final class Standard extends FileOutputStream {
    Standard(FileDescriptor descriptor) {
      super(descriptor);
    }

    @Override
    public void close() {}
  }
}
