package io.atoll.edge.upstream;

import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.FieldEdits;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.Pace;
import io.atoll.edge.exchange.TrailerFields;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client's body on its way to a backend, read only as fast as the backend takes it. Confined to
 * its event loop.
 */
final class Upload {
  private final Exchange exchange;
  private final BackendStream to;
  private final Progress progress;
  private final @Nullable KeptBody kept;
  private final Pace pace;
  private long bytes;
  private boolean unhurried;
  private boolean over;

  /** Hears how it goes. */
  interface Progress {
    /** A part has come and is about to be passed on. */
    void moved();

    /** All has come; the backend is about to be told. */
    void whole();

    /** It can't go on, and it is the client's doing. */
    void failed(Outcome why);
  }

  /**
   * A body of which nothing was asked for, or that was kept when it was sent before.
   *
   * @param kept where it is kept; null: nowhere
   */
  Upload(Exchange exchange, BackendStream to, @Nullable KeptBody kept, Progress progress) {
    this.exchange = exchange;
    this.to = to;
    this.progress = progress;
    this.kept = kept;
    this.pace = exchange.peer().pace(() -> progress.failed(Outcome.CLIENT_SLOW));
  }

  /** Asks for it, or sends it again. */
  void begin() {
    if (kept != null && kept.isWhole()) {
      kept.write(to);
      end();
      return;
    }
    exchange.askForBody();
    expect();
    exchange.readBody(this::part, this::end);
  }

  private void part(Buffer part) {
    if (over) {
      return;
    }
    bytes += part.length();
    if (bytes > exchange.ingress().maxBody()) {
      progress.failed(Outcome.BODY_TOO_LARGE);
      return;
    }
    progress.moved();
    pace.came(part.length());
    if (kept != null) {
      kept.part(part);
    }
    to.write(part);
    if (to.full()) {
      exchange.request().pause();
      pace.hold();
    }
  }

  private void end() {
    if (!over) {
      pace.hold();
      if (kept != null) {
        kept.end();
      }
      progress.whole();
      passTrailers();
      to.end();
    }
  }

  private void passTrailers() {
    MultiMap trailers = exchange.requestTrailers();
    if (trailers != null) {
      FieldEdits edits = exchange.transform().request();
      for (Map.Entry<String, String> field : trailers) {
        String name = field.getKey();
        if (TrailerFields.isForwarded(name) && (edits == null || !edits.drop(name))) {
          to.trailer(name, field.getValue());
        }
      }
    }
  }

  /** The backend takes more. */
  void drained() {
    if (!exchange.gone()) { // else what follows is read to nowhere, and not by this
      exchange.request().resume();
      expect();
    }
  }

  private void expect() {
    if (!unhurried) {
      pace.expect();
    }
  }

  /**
   * The backend has begun to answer: from now on the client may as well be waiting for it to say
   * something, as in a dialogue.
   */
  void unhurried() {
    unhurried = true;
    pace.hold();
  }

  /** Nothing more is passed on. */
  void stop() {
    over = true;
    pace.hold();
  }
}
