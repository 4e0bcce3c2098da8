package io.atoll.edge.upstream;

import io.atoll.edge.balance.Backend;
import io.atoll.edge.exchange.Deadlines;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.HopByHop;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.ResponseSink;
import io.atoll.edge.exchange.Tunnel;
import io.atoll.edge.guard.Upgrade;
import io.atoll.edge.health.Fault;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One try at one backend, which has a slot there until it is over: what it hears after it was given
 * up, it ignores. Its one deadline is about what it waits for at the moment: a connection, the next
 * part of the client's body or room for it, the response's head, the next part of the response or
 * the client's taking it.
 */
final class Try implements BackendEvents, Upload.Progress {
  private static final CharSequence TRAILER = HttpHeaders.createOptimized("Trailer");

  private final Forwarding request;
  private final Tries tries;
  private final Forwarder upstream;
  private final Exchange exchange;
  private final ResponseSink sink;
  private final Backend backend;
  private final Forwarder.Lane lane;
  private final int number;
  private final long since;
  private final Deadlines.Entry deadline = new Deadlines.Entry(this::timedOut);

  /** When it is another's turn, where there may be one; null: never. */
  private final Deadlines.@Nullable Entry turn;

  private BackendPool.@Nullable Waiting waiting;
  private @Nullable BackendStream stream;
  private boolean over;
  private boolean headSeen;
  private boolean bodySent;

  /** The client does not take the response as fast as it comes, and has its time from others. */
  private boolean held;

  private @Nullable Upload upload;
  private @Nullable Tunnel tunnel;
  private @Nullable TunnelledBackend far;
  private @Nullable Leftover leftover;

  /**
   * A try that has not begun; a slot was taken for it.
   *
   * @param number of the request's tries, from 1
   */
  Try(Forwarding request, Forwarder.Lane lane, int number) {
    this.request = request;
    this.tries = request.tries;
    this.upstream = request.upstream;
    this.exchange = request.exchange;
    this.sink = request.sink;
    this.since = upstream.ticker.getAsLong();
    this.backend = lane.backend();
    this.lane = lane;
    this.number = number;
    this.turn = upstream.tryTimeout.never() ? null : new Deadlines.Entry(this::silent);
  }

  Backend backend() {
    return backend;
  }

  Forwarder.Lane lane() {
    return lane;
  }

  /** Nanoseconds since it began. */
  long age() {
    return upstream.ticker.getAsLong() - since;
  }

  void open() {
    backend.begin();
    upstream.firstByte.set(deadline);
    awaitTurn();
    BackendPool.Waiting place = lane.pool().open(this);
    if (stream == null && !over) {
      waiting = place;
    }
  }

  @Override
  public void connected(BackendStream opened) {
    if (over) {
      opened.cancel();
      return;
    }
    stream = opened;
    bodySent = !request.asked.hasBody();
    try {
      send(opened);
    } catch (RuntimeException e) {
      giveUp(UpstreamMeters.Result.CANCELLED);
      request.finish();
      sink.failed(exchange.fault(e));
      return;
    }
    if (over) {
      return; // it was refused at once, and may be under way elsewhere
    }
    if (request.asked.hasBody()) {
      upstream.idle.set(deadline);
      upload(opened);
    } else {
      upstream.firstByte.set(deadline);
    }
  }

  private void send(BackendStream to) {
    if (exchange.upgrade() != null) {
      tries.bodyTouched(); // what may come of it, nobody knows: it is never tried again
    }
    request.asked.send(upstream.cookies, number, to);
  }

  private void upload(BackendStream to) {
    tries.bodyTouched();
    Upload begun = new Upload(exchange, to, tries.kept, this);
    upload = begun;
    begun.begin();
  }

  @Override
  public void moved() {
    awaitMove();
  }

  @Override
  public void whole() {
    bodySent = true;
    if (headSeen) {
      awaitMove();
    } else {
      upstream.firstByte.set(deadline);
      awaitTurn();
    }
  }

  private void awaitTurn() {
    if (turn != null) {
      upstream.tryTimeout.set(turn);
    }
  }

  /** What moves of the request does not hurry a client that has a response to take. */
  private void awaitMove() {
    if (!held) {
      upstream.idle.set(deadline);
    }
  }

  @Override
  public void failed(Outcome why) {
    abandon(why, UpstreamMeters.Result.CANCELLED);
  }

  @Override
  public void drained() {
    if (over) {
      return;
    }
    if (tunnel != null) {
      upstream.idle.set(deadline);
      tunnel.drained();
    } else if (upload != null && !bodySent) {
      awaitMove();
      upload.drained();
    }
  }

  @Override
  public void refused(Outcome why) {
    if (over) {
      return;
    }
    blame(Fault.CONNECT); // before its slot goes to one who waits for it
    close(
        why == Outcome.TLS_FAILURE
            ? UpstreamMeters.Result.TLS_FAILURE
            : UpstreamMeters.Result.CONNECT_FAILURE);
    tries.failed(this, why);
  }

  @Override
  public void hints(MultiMap fields) {
    if (!over && tries.hinted()) {
      HopByHop.strip(fields);
      fields.remove(HttpHeaders.CONTENT_LENGTH);
      sink.hints(fields);
    }
  }

  @Override
  public void trailers(MultiMap fields) {
    if (!over) {
      sink.trailers(fields);
    }
  }

  @Override
  public void head(int status, MultiMap fields) {
    if (over) {
      return;
    }
    heard(status);
    if (tries.declines(this, status)) {
      stop();
      leftover = new Leftover(Objects.requireNonNull(stream), upstream.leftovers, this::vacate);
      tries.tryNext();
      return;
    }
    answered(fields);
    sink.start(request, status, fields);
  }

  private void heard(int status) {
    headSeen = true;
    if (upload != null) {
      upload.unhurried();
    }
    long now = upstream.ticker.getAsLong();
    backend.answered(now - since, now);
    upstream.meters.answered(now - since);
    lane.slots().answered(now - since);
    upstream.witness.answered(backend, status, now - since);
    lane.meters()
        .attempted(status < 500 ? UpstreamMeters.Result.OK : UpstreamMeters.Result.SERVER_ERROR);
    upstream.idle.set(deadline);
  }

  private void answered(MultiMap fields) {
    if (turn != null) {
      turn.lift();
    }
    tries.settled(this);
    String announced = fields.get(TRAILER);
    if (announced != null && exchange.wantsTrailers()) {
      exchange.addField(TRAILER, announced);
    }
    HopByHop.strip(fields);
    request.keepSession(fields, backend);
  }

  @Override
  public void switched(MultiMap fields) {
    if (over) {
      return;
    }
    String protocol = fields.get(HttpHeaders.UPGRADE);
    String asked = exchange.upgrade();
    if (asked == null || protocol == null || !Upgrade.answers(asked, protocol)) {
      blame(Fault.RESET);
      abandon(Outcome.BAD_RESPONSE, UpstreamMeters.Result.RESET);
      return;
    }
    heard(101);
    answered(fields);
    fields.remove(HttpHeaders.CONTENT_LENGTH);
    request.takesItsTime();
    openTunnel(protocol, fields);
  }

  private void openTunnel(String protocol, MultiMap fields) {
    BackendStream to = stream;
    if (to == null) {
      return;
    }
    TunnelledBackend begun = new TunnelledBackend(request, to, deadline);
    far = begun;
    begun.pause();
    Tunnel opened = exchange.tunnel(protocol, fields, begun);
    if (request.tunnelled(opened)) {
      tunnel = opened;
    }
  }

  @Override
  public void headAlone() {
    if (!over) {
      sink.flush();
    }
  }

  @Override
  public void part(Buffer part) {
    if (leftover != null) {
      leftover.part(part.length());
    } else if (!over) {
      upstream.idle.set(deadline);
      if (tunnel != null) {
        upstream.meters.tunnelledToClient(part.length());
        tunnel.part(part);
      } else {
        sink.part(part);
      }
    }
  }

  @Override
  public void end() {
    if (over) {
      endLeftover();
      return;
    }
    boolean unsent = !bodySent;
    release();
    request.finish();
    if (tunnel != null) {
      tunnel.ended();
      return;
    }
    if (unsent && stream != null) {
      stream.cancel(); // it answered before it had the whole body: nobody may send the rest
    }
    sink.end();
  }

  @Override
  public void broken(Outcome why) {
    if (over) {
      endLeftover();
      return;
    }
    if (why == Outcome.RESET || why == Outcome.BAD_RESPONSE) {
      blame(Fault.RESET);
    }
    if (headSeen) {
      release();
      request.fail(why, "the backend's response ended early");
    } else {
      close(
          why == Outcome.NO_UPGRADE
              ? UpstreamMeters.Result.CANCELLED
              : UpstreamMeters.Result.RESET);
      tries.failed(this, why);
    }
  }

  private void endLeftover() {
    if (leftover != null) {
      leftover.end();
    }
  }

  /** The response is held up by its client, whom the exchange gives its time; or flows again. */
  void paused(boolean now) {
    BackendStream asked = stream;
    if (over || asked == null) {
      return;
    }
    held = now;
    if (now) {
      deadline.lift();
      asked.pause();
    } else {
      upstream.idle.set(deadline);
      asked.resume();
    }
  }

  private void blame(Fault fault) {
    long now = upstream.ticker.getAsLong();
    backend.failed(now - since, now);
    upstream.witness.failed(backend, fault, now - since);
  }

  /** Whether it waits for the backend, and not for room on a connection that there is. */
  private boolean awaitsBackend() {
    return stream != null || lane.pool().isConnecting();
  }

  /** A backend is to blame only for what it was given whole, or would not take. */
  private void timedOut() {
    BackendStream asked = stream;
    if (over) {
      return;
    }
    if (asked != null && !headSeen && !bodySent && !asked.full()) {
      abandon(Outcome.CLIENT_STALLED, UpstreamMeters.Result.CANCELLED);
      return;
    }
    if (headSeen) {
      abandon(Outcome.TIMEOUT, UpstreamMeters.Result.TIMEOUT);
      return;
    }
    if (awaitsBackend()) {
      blame(Fault.TIMEOUT);
    }
    giveUp(UpstreamMeters.Result.TIMEOUT);
    tries.failed(this, Outcome.TIMEOUT);
  }

  /** It is another's turn, unless it is the client that is waited for. */
  private void silent() {
    if (over || headSeen || (stream != null && !bodySent) || !tries.outwaits(this)) {
      return;
    }
    if (awaitsBackend()) {
      blame(Fault.TIMEOUT);
    }
    giveUp(UpstreamMeters.Result.TIMEOUT);
    tries.tryNext();
  }

  /** Who was slow is not asked: a backend is blamed by the other deadlines. */
  void overdue() {
    abandon(Outcome.TOTAL_TIMEOUT, UpstreamMeters.Result.TIMEOUT);
  }

  private void abandon(Outcome why, UpstreamMeters.Result result) {
    giveUp(result);
    request.fail(why, why.title());
  }

  void giveUp(UpstreamMeters.Result result) {
    if (over) {
      return;
    }
    if (headSeen) {
      release();
    } else {
      close(result);
    }
    if (stream != null) {
      stream.cancel();
    } else if (waiting != null) {
      waiting.leave();
    }
  }

  private void close(UpstreamMeters.Result result) {
    lane.meters().attempted(result);
    release();
  }

  private void release() {
    stop();
    vacate();
  }

  private void stop() {
    over = true;
    deadline.lift();
    if (turn != null) {
      turn.lift();
    }
    if (upload != null) {
      upload.stop();
    }
    if (far != null) {
      far.close();
    }
  }

  private void vacate() {
    backend.end();
    lane.slots().give();
  }
}
