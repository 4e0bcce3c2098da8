package io.atoll.edge.upstream;

import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.Picking;
import io.atoll.edge.exchange.BodyTap;
import io.atoll.edge.exchange.Deadlines;
import io.atoll.edge.exchange.Exchange;
import io.atoll.edge.exchange.Outcome;
import io.atoll.edge.health.Fault;
import io.atoll.edge.telemetry.MirrorMeters;
import io.atoll.edge.telemetry.UpstreamMeters;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request's copy on its way to a mirror. It holds what of the body the mirror does not take as
 * fast as it passes, up to a bound, and is given up beyond. It may outlive its exchange. Of the
 * response it reads no more than lets the connection serve another request. Confined to one event
 * loop.
 */
final class Copy implements BackendEvents, BodyTap, Picking {
  private static final Logger LOG = LoggerFactory.getLogger(Copy.class);
  private static final int MOST_HELD = 256 << 10;
  private static final long MOST_DROPPED = 1 << 20;

  private final Mirror mirror;
  private final Forwarder second;
  private final Exchange exchange;
  private final OutboundRequest asked;
  private final Deadlines.Entry deadline = new Deadlines.Entry(this::late);
  private final Deadlines.Entry total = new Deadlines.Entry(this::late);
  private final Backlog held = new Backlog();
  private long since;
  private long dropped;
  private boolean bodyRead;
  private boolean sent;
  private boolean headSeen;
  private boolean over;
  private Forwarder.@Nullable Lane lane;
  private BackendPool.@Nullable Waiting waiting;
  private @Nullable BackendStream stream;

  /** One that has not begun, as {@link io.atoll.edge.exchange.Origin#fetch} was asked. */
  Copy(Mirror mirror, Exchange exchange, MultiMap conditions, boolean asGet) {
    this.mirror = mirror;
    this.second = mirror.second;
    this.exchange = exchange;
    this.asked = OutboundRequest.of(exchange, conditions, asGet);
  }

  boolean hasBody() {
    return asked.hasBody();
  }

  /** Chooses a backend and asks for a connection to it. */
  void begin() {
    if (over) {
      return; // the body was cut already
    }
    Backend chosen = second.choose(this);
    if (chosen == null) {
      end(MirrorMeters.Result.NO_BACKEND);
      return;
    }
    Forwarder.Lane to = second.lane(chosen);
    if (!to.slots().take()) {
      to.meters().attempted(UpstreamMeters.Result.POOL_FULL);
      end(MirrorMeters.Result.POOL_FULL); // it doesn't wait, for nobody waits for it
      return;
    }
    lane = to;
    chosen.begin();
    since = second.ticker.getAsLong();
    second.firstByte.set(deadline);
    second.total.set(total);
    BackendPool.Waiting place = to.pool().open(this);
    if (stream == null && !over) {
      waiting = place;
    }
  }

  @Override
  public boolean excludes(Backend other) {
    return false;
  }

  @Override
  public boolean ventures(Backend other) {
    return second.lane(other).slots().free();
  }

  @Override
  public long hash() {
    return second.hash.of(exchange);
  }

  // The connection.

  @Override
  public void connected(BackendStream opened) {
    if (over) {
      opened.cancel();
      return;
    }
    stream = opened;
    try {
      asked.send(mirror.cookies, 1, opened);
    } catch (RuntimeException e) {
      LOG.error("{}: a copy could not be sent", exchange.requestId(), e);
      giveUp(UpstreamMeters.Result.CANCELLED, MirrorMeters.Result.INTERNAL);
      return;
    }
    sent = !asked.hasBody();
    pass(opened);
  }

  @Override
  public void refused(Outcome why) {
    if (over) {
      return;
    }
    blame(Fault.CONNECT);
    UpstreamMeters.Result attempt =
        why == Outcome.TLS_FAILURE
            ? UpstreamMeters.Result.TLS_FAILURE
            : UpstreamMeters.Result.CONNECT_FAILURE;
    giveUp(attempt, MirrorMeters.Result.CONNECT_FAILURE);
  }

  // The request's body.

  @Override
  public void bodyPart(Buffer part) {
    if (over) {
      return;
    }
    int length = part.length();
    if (held.size() + length > MOST_HELD || !mirror.hold(length)) {
      giveUp(UpstreamMeters.Result.CANCELLED, MirrorMeters.Result.SLOW);
      return;
    }
    held.add(part);
    if (stream != null && held.size() == length) {
      pass(stream);
    }
  }

  @Override
  public void bodyEnd() {
    bodyRead = true;
    if (!over && stream != null && held.isEmpty()) {
      pass(stream);
    }
  }

  @Override
  public void bodyCut() {
    if (!over) {
      giveUp(UpstreamMeters.Result.CANCELLED, MirrorMeters.Result.CUT);
    }
  }

  @Override
  public void drained() {
    if (!over && stream != null) {
      pass(stream);
    }
  }

  /** Passes on what the mirror takes, and sets the deadline for what it is waited for. */
  private void pass(BackendStream to) {
    while (!over && !held.isEmpty() && !to.full()) {
      Buffer part = held.next();
      mirror.release(part.length());
      to.write(part);
    }
    if (!over && !sent && bodyRead && held.isEmpty()) {
      sent = true;
      to.end();
    }
    if (over || headSeen) {
      return;
    }
    if (sent) {
      second.firstByte.set(deadline);
    } else if (to.full()) {
      second.idle.set(deadline);
    } else {
      deadline.lift(); // the client is waited for, and others see to that
    }
  }

  // The response, which nobody sees.

  @Override
  public void head(int status, MultiMap fields) {
    Forwarder.Lane from = lane;
    if (over || from == null) {
      return;
    }
    headSeen = true;
    long now = second.ticker.getAsLong();
    from.backend().answered(now - since, now);
    second.meters.answered(now - since);
    from.slots().answered(now - since);
    second.witness.answered(from.backend(), status, now - since);
    attempted(status < 500 ? UpstreamMeters.Result.OK : UpstreamMeters.Result.SERVER_ERROR);
    mirror.meters.ended(MirrorMeters.Result.ANSWERED);
    second.idle.set(deadline); // for all that follows, however it comes
  }

  @Override
  public void headAlone() {}

  @Override
  public void part(Buffer part) {
    dropped += part.length();
    if (!over && dropped > MOST_DROPPED) {
      leave();
    }
  }

  @Override
  public void end() {
    if (!over) {
      leave();
    }
  }

  @Override
  public void broken(Outcome why) {
    if (over) {
      return;
    }
    if (why == Outcome.RESET || why == Outcome.BAD_RESPONSE) {
      blame(Fault.RESET);
    }
    giveUp(UpstreamMeters.Result.RESET, MirrorMeters.Result.RESET);
  }

  private void late() {
    if (!headSeen && stream != null && (sent || stream.full())) {
      blame(Fault.TIMEOUT);
    }
    giveUp(UpstreamMeters.Result.TIMEOUT, MirrorMeters.Result.TIMEOUT);
  }

  private void blame(Fault fault) {
    if (lane != null) {
      long now = second.ticker.getAsLong();
      lane.backend().failed(now - since, now);
      second.witness.failed(lane.backend(), fault, now - since);
    }
  }

  // How it ends.

  private void giveUp(UpstreamMeters.Result attempt, MirrorMeters.Result result) {
    if (!headSeen) {
      attempted(attempt);
      end(result);
    } else {
      leave();
    }
  }

  private void attempted(UpstreamMeters.Result result) {
    if (lane != null) {
      lane.meters().attempted(result);
    }
  }

  private void end(MirrorMeters.Result result) {
    mirror.meters.ended(result);
    leave();
  }

  /** Done, whether well or not: a stream that has ended on both sides is not hurt by that. */
  private void leave() {
    if (over) {
      return;
    }
    over = true;
    deadline.lift();
    total.lift();
    mirror.release(held.size());
    held.clear();
    if (lane != null) {
      lane.backend().end();
      lane.slots().give();
    }
    if (stream != null) {
      stream.cancel();
    } else if (waiting != null) {
      waiting.leave();
    }
  }
}
