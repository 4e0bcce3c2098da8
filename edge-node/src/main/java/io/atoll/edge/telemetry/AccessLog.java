package io.atoll.edge.telemetry;

import io.atoll.config.LogOutput;
import io.atoll.config.TelemetryConfig;
import io.micrometer.core.instrument.Counter;
import java.io.BufferedOutputStream;
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
      new AccessEntry(0, "", "", "", "", false, "", "", "", "", 0, "", 0, 0, null, null);

  private final double sample;
  private final @Nullable ArrayBlockingQueue<AccessEntry> queue;
  private final Counter dropped;
  private final @Nullable Thread writer;

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
    Counter dropped = telemetry.counter("atoll.access.log.dropped");
    if (config.format() == TelemetryConfig.AccessLog.Format.off) {
      return new AccessLog(0, null, dropped, null);
    }
    OutputStream out = output(config.output());
    ArrayBlockingQueue<AccessEntry> queue = new ArrayBlockingQueue<>(CAPACITY);
    Thread writer = Thread.ofPlatform().name("access-log").daemon().start(() -> write(queue, out));
    return new AccessLog(config.sample(), queue, dropped, writer);
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

  private static OutputStream output(LogOutput where) throws IOException {
    return new BufferedOutputStream(stream(where), 1 << 16);
  }

  private static OutputStream stream(LogOutput where) throws IOException {
    if (where.equals(LogOutput.STDOUT)) {
      return new FileOutputStream(FileDescriptor.out);
    }
    if (where.equals(LogOutput.STDERR)) {
      return new FileOutputStream(FileDescriptor.err);
    }
    return Files.newOutputStream(
        where.path(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void write(ArrayBlockingQueue<AccessEntry> queue, OutputStream out) {
    JsonFactory json = JsonFactory.builder().build();
    try (out) {
      while (true) {
        AccessEntry entry = queue.poll();
        if (entry == null) {
          out.flush();
          entry = queue.take();
        }
        if (entry.equals(END)) {
          return;
        }
        line(json, entry, out);
      }
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(AccessLog.class).error("The access log ends here", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void line(JsonFactory json, AccessEntry entry, OutputStream out)
      throws IOException {
    try (JsonGenerator line =
        json.createGenerator(ObjectWriteContext.empty(), new Uncloseable(out), JsonEncoding.UTF8)) {
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
      }
      if (entry.cache() != null) {
        line.writeStringProperty("cache", entry.cache());
      }
      line.writeEndObject();
    }
    out.write('\n');
  }

  /** Lets a generator be closed, and its buffers go back, without closing the log. */
  private static final class Uncloseable extends java.io.FilterOutputStream {
    Uncloseable(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
