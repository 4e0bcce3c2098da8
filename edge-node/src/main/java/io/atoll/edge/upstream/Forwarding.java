package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.exchange.Deadlines;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Failure;
import io.atoll.edge.exchange.FarEnd;
import io.atoll.edge.exchange.Fetch;
import io.atoll.edge.exchange.HopByHop;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.exchange.Pace;
import io.atoll.edge.exchange.ResponseSink;
import io.atoll.edge.exchange.Tunnel;
import io.atoll.edge.guard.Upgrade;
import io.atoll.edge.health.Fault;
import io.atoll.edge.session.Session;
import io.atoll.edge.session.StickySession;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One request on its way to a backend and its response on the way back. */
final class Forwarding implements Fetch {
  private static final CharSequence TRAILER = HttpHeaders.createOptimized("Trailer");

  private final Forwarder upstream;
  private final Exchange exchange;
  private final int maxForwards;
  private final MultiMap conditions;
  private final boolean sendBody;
  private final HttpMethod method;
  private final ResponseSink sink;
  private int tries;
  private boolean triedAgain;
  private long bodyBytes;
  private boolean bodyTouched;
  private boolean done;
  private @Nullable Tunnel tunnel;
  private Deadlines.@Nullable Entry total;
  private @Nullable Try current;
  private @Nullable Session session;

  Forwarding(
      Forwarder upstream,
      Exchange exchange,
      MultiMap conditions,
      boolean asGet,
      ResponseSink sink) {
    this.upstream = upstream;
    this.exchange = exchange;
    this.maxForwards = MaxForwards.of(exchange.request());
    this.conditions = maxForwards > 0 ? MaxForwards.lessOne(maxForwards, conditions) : conditions;
    this.sendBody = exchange.hasBody() && !asGet;
    this.method = asGet ? HttpMethod.GET : exchange.request().method();
    this.sink = sink;
  }

  void begin() {
    if (maxForwards == 0) {
      finish();
      sink.start(this, 204, MaxForwards.answer());
      sink.end();
      return;
    }
    if (!upstream.total.never()) {
      total = new Deadlines.Entry(this::overdue);
      upstream.total.set(total);
    }
    StickySession sticky = upstream.sticky;
    if (sticky == null) {
      attempt(upstream.choose(null));
    } else {
      sticky.choose(
          exchange.request().headers(), exchange.context(), upstream.candidates, this::chosen);
    }
  }

  private void chosen(@Nullable BackendAddress address, Session held) {
    if (!done) {
      session = held;
      attempt(upstream.backend(address));
    }
  }

  private void attempt(@Nullable Backend backend) {
    if (backend == null) {
      finish();
      sink.failed(Failure.of(Outcome.NO_BACKEND, "no backend of the upstream is in rotation"));
      return;
    }
    tries++;
    exchange.backend(backend.address().authority());
    Try next = new Try(backend, upstream.lane(backend));
    current = next;
    next.open();
  }

  @Override
  public void pause() {
    if (current != null) {
      current.paused(true);
    }
  }

  @Override
  public void resume() {
    if (current != null) {
      current.paused(false);
    }
  }

  @Override
  public void cancel() {
    if (!done) {
      finish();
      if (current != null) {
        current.giveUp(UpstreamMeters.Result.CANCELLED);
      }
    }
  }

  private void finish() {
    done = true;
    if (tunnel != null) {
      upstream.meters.tunnelClosed();
    }
    if (total != null) {
      total.lift();
    }
  }

  private void overdue() {
    if (current != null) {
      current.overdue();
    } else {
      fail(Outcome.TOTAL_TIMEOUT, Outcome.TOTAL_TIMEOUT.title());
    }
  }

  private void fail(Outcome why, String detail) {
    Tunnel opened = tunnel;
    finish();
    if (opened != null) {
      opened.failed(why);
    } else {
      sink.failed(Failure.of(why, detail));
    }
  }

  /** A try has failed before its response's head. */
  private void failed(Backend backend, Outcome why) {
    if (upstream.retry.again(tries, why, method, bodyTouched)) {
      Backend next = next(backend, why);
      if (next != null) {
        upstream.meters.retried();
        attempt(next);
        return;
      }
    }
    finish();
    sink.failed(Failure.of(why, "the backend did not answer: " + why.word()));
  }

  /** Where the next try goes; null where it can go nowhere. */
  private @Nullable Backend next(Backend failed, Outcome why) {
    Session held = session;
    if (held == null) {
      return upstream.choose(failed);
    }
    // A backend that is well closes connections, and may do so just as a request is sent on one.
    // That must not cost a session its home: so once more there, on top of the tries allowed.
    boolean well = why == Outcome.RESET || why == Outcome.REFUSED;
    if (well && !triedAgain && upstream.candidates.usable(failed.address())) {
      triedAgain = true;
      tries--;
      return failed;
    }
    return upstream.backend(held.elsewhere(failed.address()));
  }

  /**
   * One try at one backend: what it hears after it was given up, it ignores. Its one deadline is
   * about what it waits for at the moment: a connection, the next part of the client's body or room
   * for it, the response's head, the next part of the response or the client's taking it.
   */
  private final class Try implements BackendEvents {
    private final Backend backend;
    private final Forwarder.Lane lane;
    private final long since = upstream.ticker.getAsLong();
    private final Deadlines.Entry deadline = new Deadlines.Entry(this::timedOut);
    private BackendPool.@Nullable Waiting waiting;
    private @Nullable BackendStream stream;
    private boolean over;
    private boolean headSeen;
    private boolean bodySent;
    private @Nullable Pace pace;

    Try(Backend backend, Forwarder.Lane lane) {
      this.backend = backend;
      this.lane = lane;
    }

    void open() {
      backend.begin();
      upstream.firstByte.set(deadline);
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
      bodySent = !sendBody;
      try {
        send(opened);
      } catch (RuntimeException e) {
        giveUp(UpstreamMeters.Result.CANCELLED);
        finish();
        sink.failed(exchange.fault(e));
        return;
      }
      if (sendBody) {
        upstream.idle.set(deadline);
        streamBody(opened);
      } else {
        upstream.firstByte.set(deadline);
      }
    }

    private void send(BackendStream to) {
      to.begin(method, exchange.backendTarget(), exchange.target().authority());
      boolean lengthHolds = method.equals(exchange.request().method());
      OutboundHead.write(exchange, conditions, lengthHolds, upstream.sticky, to);
      if (exchange.upgrade() == null && exchange.wantsTrailers()) {
        to.wantTrailers();
      }
      if (exchange.upgrade() != null) {
        bodyTouched = true; // what may come of it, nobody knows: it is never tried again
        to.field(HttpHeaders.UPGRADE, exchange.upgrade());
        to.send(BackendStream.Framing.UPGRADE);
      } else if (!sendBody) {
        if (expectsBody() && !exchange.request().headers().contains(HttpHeaders.CONTENT_LENGTH)) {
          to.field(HttpHeaders.CONTENT_LENGTH, "0");
        }
        to.send(BackendStream.Framing.NONE);
      } else if (exchange.request().headers().contains(HttpHeaders.CONTENT_LENGTH)) {
        to.send(BackendStream.Framing.LENGTH);
      } else {
        to.send(BackendStream.Framing.STREAMED);
      }
    }

    /** RFC 9110 section 8.6: where a method means something by a body, none is said to be none. */
    private boolean expectsBody() {
      return method.equals(HttpMethod.POST)
          || method.equals(HttpMethod.PUT)
          || method.equals(HttpMethod.PATCH);
    }

    private void streamBody(BackendStream to) {
      HttpServerRequest request = exchange.request();
      bodyTouched = true;
      pace =
          exchange.peer().pace(() -> abandon(Outcome.CLIENT_SLOW, UpstreamMeters.Result.CANCELLED));
      exchange.askForBody();
      pace.expect();
      request.handler(part -> bodyPart(to, request, part));
      request.endHandler(_ -> bodyEnd(to));
      request.resume();
    }

    private void bodyPart(BackendStream to, HttpServerRequest request, Buffer part) {
      if (over) {
        return;
      }
      bodyBytes += part.length();
      if (bodyBytes > exchange.ingress().maxBody()) {
        abandon(Outcome.BODY_TOO_LARGE, UpstreamMeters.Result.CANCELLED);
        return;
      }
      upstream.idle.set(deadline);
      Pace watched = Objects.requireNonNull(pace);
      watched.came(part.length());
      to.write(part);
      if (to.full()) {
        request.pause();
        watched.hold();
      }
    }

    private void bodyEnd(BackendStream to) {
      if (!over) {
        bodySent = true;
        Objects.requireNonNull(pace).hold();
        (headSeen ? upstream.idle : upstream.firstByte).set(deadline);
        to.end();
      }
    }

    @Override
    public void drained() {
      if (over) {
        return;
      }
      if (tunnel != null) {
        upstream.idle.set(deadline);
        tunnel.drained();
      } else if (!bodySent) {
        upstream.idle.set(deadline);
        exchange.request().resume();
        Objects.requireNonNull(pace).expect();
      }
    }

    @Override
    public void refused(Outcome why) {
      if (over) {
        return;
      }
      close(
          switch (why) {
            case POOL_FULL -> UpstreamMeters.Result.POOL_FULL;
            case TLS_FAILURE -> UpstreamMeters.Result.TLS_FAILURE;
            default -> UpstreamMeters.Result.CONNECT_FAILURE;
          });
      if (why != Outcome.POOL_FULL) {
        upstream.witness.failed(backend, Fault.CONNECT);
      }
      failed(backend, why);
    }

    @Override
    public void hints(MultiMap fields) {
      if (!over) {
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
      answered(status, fields);
      sink.start(Forwarding.this, status, fields);
    }

    private void answered(int status, MultiMap fields) {
      headSeen = true;
      upstream.meters.answered(upstream.ticker.getAsLong() - since);
      upstream.witness.answered(backend, status);
      lane.meters()
          .attempted(status < 500 ? UpstreamMeters.Result.OK : UpstreamMeters.Result.SERVER_ERROR);
      upstream.idle.set(deadline);
      String announced = fields.get(TRAILER);
      if (announced != null && exchange.wantsTrailers()) {
        exchange.addField(TRAILER, announced);
      }
      HopByHop.strip(fields);
      keepSession();
    }

    @Override
    public void switched(MultiMap fields) {
      if (over) {
        return;
      }
      String protocol = fields.get(HttpHeaders.UPGRADE);
      String asked = exchange.upgrade();
      if (asked == null || protocol == null || !Upgrade.answers(asked, protocol)) {
        upstream.witness.failed(backend, Fault.RESET);
        abandon(Outcome.BAD_RESPONSE, UpstreamMeters.Result.RESET);
        return;
      }
      answered(101, fields);
      fields.remove(HttpHeaders.CONTENT_LENGTH);
      if (total != null) {
        total.lift();
      }
      Far far = new Far();
      far.pause();
      Tunnel opened = exchange.tunnel(protocol, fields, far);
      if (!done) {
        tunnel = opened;
        upstream.meters.tunnelOpened();
      }
    }

    /** This backend as the end of a tunnel, in which only what moves keeps the deadline away. */
    private final class Far implements FarEnd {
      @Override
      public void write(Buffer part) {
        BackendStream to = stream;
        if (!over && to != null) {
          upstream.idle.set(deadline);
          upstream.meters.tunnelledToBackend(part.length());
          to.write(part);
        }
      }

      @Override
      public boolean full() {
        return stream != null && stream.full();
      }

      @Override
      public void end() {
        if (!over && stream != null) {
          stream.end();
          stream.resume();
        }
      }

      @Override
      public void pause() {
        if (stream != null) {
          stream.pause();
        }
      }

      @Override
      public void resume() {
        if (!over && stream != null) {
          upstream.idle.set(deadline);
          stream.resume();
        }
      }

      @Override
      public void cancel() {
        Forwarding.this.cancel();
      }
    }

    @Override
    public void headAlone() {
      if (!over) {
        sink.flush();
      }
    }

    private void keepSession() {
      String cookie = session == null ? null : session.answered();
      if (cookie != null) {
        exchange.addField(HttpHeaders.SET_COOKIE, cookie);
      }
    }

    @Override
    public void part(Buffer part) {
      if (!over) {
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
        return;
      }
      boolean unsent = !bodySent;
      release();
      finish();
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
        return;
      }
      if (why == Outcome.RESET || why == Outcome.BAD_RESPONSE) {
        upstream.witness.failed(backend, Fault.RESET);
      }
      if (headSeen) {
        release();
        fail(why, "the backend's response ended early");
      } else {
        close(
            why == Outcome.NO_UPGRADE
                ? UpstreamMeters.Result.CANCELLED
                : UpstreamMeters.Result.RESET);
        failed(backend, why);
      }
    }

    /** The response is held up by its client, whom the exchange gives its time; or flows again. */
    void paused(boolean now) {
      BackendStream asked = stream;
      if (over || asked == null) {
        return;
      }
      if (now) {
        deadline.lift();
        asked.pause();
      } else {
        upstream.idle.set(deadline);
        asked.resume();
      }
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
      if (asked != null && !headSeen) {
        upstream.witness.failed(backend, Fault.TIMEOUT);
      }
      abandon(Outcome.TIMEOUT, UpstreamMeters.Result.TIMEOUT);
    }

    /** Who was slow is not asked: a backend is blamed by the other deadlines. */
    void overdue() {
      abandon(Outcome.TOTAL_TIMEOUT, UpstreamMeters.Result.TIMEOUT);
    }

    private void abandon(Outcome why, UpstreamMeters.Result result) {
      giveUp(result);
      fail(why, why.title());
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
      over = true;
      deadline.lift();
      if (pace != null) {
        pace.hold();
      }
      backend.end();
    }
  }
}
