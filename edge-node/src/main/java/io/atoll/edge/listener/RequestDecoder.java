package io.atoll.edge.listener;

import io.atoll.edge.exchange.DecodedRequest;
import io.atoll.edge.guard.MalformedRequestException;
import io.atoll.edge.guard.Rejection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.impl.headers.Http1xHeaders;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of an HTTP/1 connection, strictly by RFC 9112: what is not exactly a request
 * is refused, and nothing behind it is read. It stands where Vert.x has Netty's decoder and hands
 * on what that would: a head, content, the last content.
 *
 * <p>It knows when heads begin and end. One that takes too long is answered 408 and the connection
 * closed.
 */
final class RequestDecoder extends ByteToMessageDecoder {
  /** Of a chunk's size with its extensions, in bytes. */
  static final int CHUNK_LINE = 256;

  /** Of all extensions in a body, in bytes: they are read for nothing (RFC 9112 section 7.1.1). */
  static final int EXTENSIONS = 16 << 10;

  /**
   * How much there may be.
   *
   * @param requestLine bytes
   * @param fields bytes of a head's fields, and of trailers
   * @param fieldCount fields of a head, and of trailers
   * @param part bytes of a body that are handed on at once
   */
  record Limits(int requestLine, int fields, int fieldCount, int part) {}

  /** Told when a request's head begins, by its first byte, and when it is whole or refused. */
  interface Heads {
    void begins();

    void ends();
  }

  private enum State {
    BEGIN,
    REQUEST_LINE,
    FIELDS,
    CONTENT,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    REFUSED
  }

  private final Limits limits;
  private final Heads heads;
  private final Consumer<Rejection> refused;
  private final Line line;
  private final LineReader lines;
  private final Fields fields;
  private final Framing framing = new Framing();
  private State state = State.BEGIN;
  private @Nullable RequestLine requestLine;
  private @Nullable DecodedRequest request;
  private long remaining;
  private int extensions;

  /**
   * Waits for the first request.
   *
   * @param line of the event loop, used while a line is taken apart
   * @param refused told why what followed a head that was handed on is refused, or why a client was
   *     answered here: of refused heads the server is told
   */
  RequestDecoder(Limits limits, Line line, Heads heads, Consumer<Rejection> refused) {
    this.limits = limits;
    this.line = line;
    this.lines = new LineReader(line);
    this.fields = new Fields(limits.fieldCount());
    this.heads = heads;
    this.refused = refused;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    try {
      switch (state) {
        case BEGIN -> begin(in, out);
        case REQUEST_LINE -> requestLine(in, out);
        case FIELDS -> fields(in, out);
        case CONTENT -> content(in, out);
        case CHUNK_SIZE -> chunkSize(in);
        case CHUNK -> chunk(in, out);
        case CHUNK_END -> chunkEnd(in);
        case TRAILERS -> trailers(in, out);
        case REFUSED -> in.skipBytes(in.readableBytes());
      }
    } catch (MalformedRequestException e) {
      refuse(e, in, out);
    }
  }

  /** One empty line is let pass, as old clients send one behind a body (RFC 9112 section 2.2). */
  private void begin(ByteBuf in, List<Object> out) throws MalformedRequestException {
    heads.begins();
    int at = in.readerIndex();
    if (in.getByte(at) == '\r') {
      if (in.readableBytes() == 1) {
        return;
      }
      if (in.getByte(at + 1) == '\n') {
        in.skipBytes(2);
      }
    }
    enter(State.REQUEST_LINE, limits.requestLine(), Rejection.REQUEST_LINE);
    if (in.isReadable()) {
      requestLine(in, out);
    }
  }

  private void requestLine(ByteBuf in, List<Object> out) throws MalformedRequestException {
    if (!Octets.isToken(in.getByte(in.readerIndex()))) {
      throw new MalformedRequestException(Rejection.SYNTAX); // which may never send a line's end
    }
    if (lines.next(in)) {
      requestLine = RequestLine.of(line);
      fields.begin();
      framing.begin();
      enter(State.FIELDS, limits.fields(), Rejection.FIELDS_TOO_LARGE);
      fields(in, out);
    }
  }

  private void fields(ByteBuf in, List<Object> out) throws MalformedRequestException {
    while (lines.next(in)) {
      if (line.size() == 0) {
        head(out);
        return;
      }
      fields.add(line);
      framing.add(fields.name(), fields.value());
    }
  }

  private void head(List<Object> out) throws MalformedRequestException {
    RequestLine asked = Objects.requireNonNull(requestLine);
    framing.check(asked.version());
    Http1xHeaders map = fields.map();
    if (asked.authority() != null) {
      map.set(HttpHeaders.HOST, asked.authority());
    }
    request = new DecodedRequest(asked.version(), asked.method(), asked.target(), map);
    requestLine = null;
    heads.ends();
    out.add(request);
    if (framing.chunked()) {
      extensions = EXTENSIONS;
      enter(State.CHUNK_SIZE, CHUNK_LINE, Rejection.CHUNK);
      return;
    }
    remaining = framing.length();
    if (remaining == 0) {
      whole(out);
    } else {
      state = State.CONTENT;
    }
  }

  private void whole(List<Object> out) {
    out.add(LastHttpContent.EMPTY_LAST_CONTENT);
    request = null;
    state = State.BEGIN;
  }

  private void content(ByteBuf in, List<Object> out) {
    part(in, out);
    if (remaining == 0) {
      whole(out);
    }
  }

  private void chunk(ByteBuf in, List<Object> out) {
    part(in, out);
    if (remaining == 0) {
      enter(State.CHUNK_END, 2, Rejection.CHUNK);
    }
  }

  /**
   * A copy on the heap, which nobody need release: Vert.x would make one as soon as it hands the
   * part on, and before that it keeps parts that it forgets where the client goes meanwhile.
   */
  private void part(ByteBuf in, List<Object> out) {
    int size = (int) Math.min(remaining, Math.min(in.readableBytes(), limits.part()));
    ByteBuf part = BufferInternal.buffer(size).unwrap().writeBytes(in, size);
    out.add(new DefaultHttpContent(part));
    remaining -= size;
  }

  private void chunkSize(ByteBuf in) throws MalformedRequestException {
    if (!lines.next(in)) {
      return;
    }
    remaining = ChunkSize.of(line);
    extensions -= Math.max(0, line.size() - ChunkSize.DIGITS);
    if (extensions < 0) {
      throw new MalformedRequestException(Rejection.CHUNK);
    }
    if (remaining == 0) {
      fields.begin();
      enter(State.TRAILERS, limits.fields(), Rejection.FIELDS_TOO_LARGE);
    } else {
      state = State.CHUNK;
    }
  }

  private void chunkEnd(ByteBuf in) throws MalformedRequestException {
    if (lines.next(in)) {
      enter(State.CHUNK_SIZE, CHUNK_LINE, Rejection.CHUNK); // a line of two bytes is empty
    }
  }

  private void trailers(ByteBuf in, List<Object> out) throws MalformedRequestException {
    while (lines.next(in)) {
      if (line.size() == 0) {
        if (!fields.isEmpty()) {
          Objects.requireNonNull(request).trailers(fields.map());
        }
        whole(out);
        return;
      }
      fields.add(line);
    }
  }

  private void enter(State next, int bytesOfLines, Rejection otherwise) {
    state = next;
    lines.limit(bytesOfLines, otherwise);
  }

  /** In place of a head the server gets one that failed; in place of content, content that did. */
  private void refuse(MalformedRequestException why, ByteBuf in, List<Object> out) {
    in.skipBytes(in.readableBytes());
    HttpObject failed;
    if (request == null) {
      heads.ends();
      failed =
          new DecodedRequest(
              HttpVersion.HTTP_1_1, HttpMethod.GET, "/", Http1xHeaders.caseInsensitive());
    } else {
      refused.accept(why.rejection());
      failed = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
    }
    failed.setDecoderResult(DecoderResult.failure(why));
    out.add(failed);
    state = State.REFUSED;
    request = null;
  }

  /**
   * The head that has begun has taken too long. There is no request to answer: the answer goes past
   * the encoder.
   *
   * @param ctx of this handler
   */
  void refuseSlow(ChannelHandlerContext ctx) {
    state = State.REFUSED;
    refused.accept(Rejection.SLOW_HEAD);
    ByteBuf answer = Unpooled.copiedBuffer(slowHead(), StandardCharsets.US_ASCII);
    var _ = ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  private static String slowHead() {
    Rejection why = Rejection.SLOW_HEAD;
    String problem =
        new JsonObject()
            .put("type", "about:blank")
            .put("status", why.status())
            .put("title", "Request refused")
            .put("detail", why.detail())
            .put("reason", why.word())
            .encode();
    return "HTTP/1.1 408 Request Timeout\r\n"
        + "connection: close\r\n"
        + "content-type: application/problem+json\r\n"
        + "content-length: "
        + problem.length()
        + "\r\n\r\n"
        + problem;
  }
}
