package io.atoll.edge.files;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.FileTaker;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.ResponseSink;
import io.atoll.edge.files.Answer.Piece;
import io.atoll.edge.files.Answer.Stretch;
import io.atoll.edge.files.Answer.Text;
import io.netty.buffer.Unpooled;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Sends pieces of a file at the client's pace: by the kernel where the sink takes files, else read
 * part by part. One read or one stretch is under way at a time. The end of a body is always read,
 * and sent only if the file is still what it was announced as: a response that mixes two versions
 * is never completed. Confined to one event loop.
 */
final class FileSender implements Fetch {
  private static final int PART = 64 << 10;
  private static final int TAIL = 16 << 10;
  private static final long MOST_BY_KERNEL = 1 << 20;

  private final Exchange exchange;
  private final ResponseSink sink;
  private final Disk disk;
  private final OpenFile file;
  private final Deque<Piece> pieces;
  private boolean paused;
  private boolean busy;
  private boolean pumping;
  private boolean over;

  FileSender(Exchange exchange, Disk disk, OpenFile file, List<Piece> pieces) {
    this.exchange = exchange;
    this.sink = exchange.client();
    this.disk = disk;
    this.file = file;
    this.pieces = new ArrayDeque<>(pieces);
  }

  void begin(int status, MultiMap fields) {
    sink.start(this, status, fields);
    pump();
  }

  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    while (!paused && !busy && !over) {
      switch (pieces.poll()) {
        case Text(Buffer text) -> sink.part(text);
        case Stretch stretch -> send(stretch);
        case null -> {
          finish();
          sink.end();
        }
      }
    }
    pumping = false;
  }

  private void send(Stretch stretch) {
    boolean last = pieces.stream().noneMatch(Stretch.class::isInstance);
    FileTaker kernel = sink.files();
    long byKernel = stretch.length() - (last ? TAIL : 0);
    boolean asFile = kernel != null && byKernel >= PART;
    long now = Math.min(asFile ? byKernel : stretch.length(), asFile ? MOST_BY_KERNEL : PART);
    boolean end = last && now == stretch.length();
    if (now < stretch.length()) {
      pieces.addFirst(new Stretch(stretch.offset() + now, stretch.length() - now));
    }
    busy = true;
    if (kernel != null && asFile) {
      var _ = kernel.take(file.channel(), stretch.offset(), now).onComplete(this::sent);
    } else {
      Future<Buffer> part =
          disk.run(exchange.context(), () -> read(stretch.offset(), (int) now, end));
      var _ = part.onComplete(this::read);
    }
  }

  private Buffer read(long offset, int length, boolean end) throws IOException {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(file.read(offset, length, end)));
  }

  private void sent(AsyncResult<Void> result) {
    busy = false;
    if (over) {
      file.close();
    } else if (result.succeeded()) {
      pump();
    } else {
      fail(); // the file is shorter by now, or the client has gone
    }
  }

  private void read(AsyncResult<Buffer> result) {
    busy = false;
    if (over) {
      file.close();
    } else if (result.succeeded()) {
      sink.part(result.result());
      pump();
    } else {
      fail();
    }
  }

  private void fail() {
    finish();
    sink.failed(Failure.of(Outcome.FILE_CHANGED, "the file changed while it was sent"));
  }

  /** While a stretch or read is under way its file stays open: its number must not be another's. */
  private void finish() {
    over = true;
    if (!busy) {
      file.close();
    }
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    pump();
  }

  @Override
  public void cancel() {
    finish();
  }
}
