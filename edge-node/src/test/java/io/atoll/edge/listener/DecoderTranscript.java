package io.atoll.edge.listener;

import io.atoll.edge.exchange.DecodedRequest;
import io.atoll.edge.guard.MalformedRequestException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the decoder makes of bytes that come in pieces, as text. */
final class DecoderTranscript {
  static final RequestDecoder.Limits LIMITS = new RequestDecoder.Limits(200, 400, 8, 64);

  private static final RequestDecoder.Heads NOBODY =
      new RequestDecoder.Heads() {
        @Override
        public void begins() {}

        @Override
        public void ends() {}
      };

  private final List<String> events = new ArrayList<>();
  private final StringBuilder content = new StringBuilder();
  private @Nullable DecodedRequest head;

  private DecoderTranscript() {}

  /**
   * Each request as its line, its fields, {@code body TEXT} and {@code end}, and at the end {@code
   * refused REASON} where something was refused. Fails where a buffer is not released.
   */
  static List<String> of(List<String> pieces) {
    DecoderTranscript transcript = new DecoderTranscript();
    EmbeddedChannel channel =
        new EmbeddedChannel(new RequestDecoder(LIMITS, new Line(), NOBODY, _ -> {}));
    List<ByteBuf> sent = new ArrayList<>();
    for (String piece : pieces) {
      byte[] bytes = piece.getBytes(StandardCharsets.ISO_8859_1);
      ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer(bytes.length).writeBytes(bytes);
      sent.add(buffer);
      channel.writeInbound(buffer);
      transcript.take(channel);
    }
    channel.finish();
    transcript.take(channel);
    for (ByteBuf buffer : sent) {
      if (buffer.refCnt() != 0) {
        throw new AssertionError("not released: " + pieces);
      }
    }
    return transcript.events;
  }

  private void take(EmbeddedChannel channel) {
    for (HttpObject next = channel.readInbound(); next != null; next = channel.readInbound()) {
      DecoderResult result = next.decoderResult();
      if (result.isFailure()) {
        content();
        events.add("refused " + ((MalformedRequestException) result.cause()).rejection().word());
      } else if (next instanceof DecodedRequest request) {
        head(request);
      } else if (next instanceof HttpContent part) {
        content.append(part.content().toString(StandardCharsets.ISO_8859_1));
        part.release();
        if (part instanceof LastHttpContent) {
          content();
          events.add("end" + trailers());
        }
      }
    }
  }

  private void head(DecodedRequest request) {
    head = request;
    events.add(request.method() + " " + request.uri() + " " + request.protocolVersion());
    for (Map.Entry<String, String> field : request.headers()) {
      events.add(field.getKey() + ": " + field.getValue());
    }
  }

  private String trailers() {
    if (head == null || head.trailers() == null) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> field : head.trailers()) {
      text.append(' ').append(field.getKey()).append(": ").append(field.getValue());
    }
    return text.toString();
  }

  private void content() {
    if (!content.isEmpty()) {
      events.add("body " + content);
      content.setLength(0);
    }
  }
}
