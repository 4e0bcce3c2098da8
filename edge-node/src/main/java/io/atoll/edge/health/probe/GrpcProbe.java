package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * gRPC's health protocol, version 1: a unary call of {@code grpc.health.v1.Health/Check}, which
 * passes where the service is {@code SERVING}.
 *
 * @param service empty: the server as a whole
 */
record GrpcProbe(Transport transport, Authority authority, String service) implements Probe {
  private static final String METHOD = "/grpc.health.v1.Health/Check";
  private static final String CONTENT_TYPE = "application/grpc";
  private static final String STATUS = "grpc-status";

  /** The names of gRPC's status codes, by their numbers. */
  private static final List<String> STATUSES =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  @Override
  public void begin(BackendAddress backend, Attempt attempt) {
    transport.ask(backend, attempt, () -> request(backend, attempt.timeout()), new Reply(attempt));
  }

  private FullHttpRequest request(BackendAddress backend, Duration timeout) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.POST,
            METHOD,
            Unpooled.wrappedBuffer(HealthMessage.request(service)));
    request
        .headers()
        .set(HttpHeaderNames.HOST, authority.of(backend))
        .set(HttpHeaderNames.USER_AGENT, Probers.USER_AGENT)
        .set(HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE)
        .set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS)
        .set("grpc-timeout", timeout(timeout));
    return request;
  }

  /** Eight digits at most, and a unit: milliseconds, or seconds where those are too many. */
  private static String timeout(Duration timeout) {
    long millis = Math.max(1, timeout.toMillis());
    return millis < 100_000_000 ? millis + "m" : Math.min(99_999_999, millis / 1000) + "S";
  }

  /** The message, and the status in the trailers, or in a head that is the whole answer. */
  private static final class Reply implements Answer {
    private final Attempt attempt;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private @Nullable String statusInHead;

    Reply(Attempt attempt) {
      this.attempt = attempt;
    }

    @Override
    public void head(HttpResponse head) {
      String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
      if (head.status().code() != 200) {
        attempt.failed(head.status().code() + ", which is not gRPC's");
      } else if (!type.startsWith(CONTENT_TYPE)) {
        attempt.failed("not gRPC, but " + (type.isEmpty() ? "no content type" : type));
      }
      statusInHead = head.headers().get(STATUS);
    }

    @Override
    public void part(ByteBuf content) {
      if (message.size() + content.readableBytes() > HealthMessage.LONGEST) {
        attempt.failed("a message that is too long");
      } else {
        message.writeBytes(ByteBufUtil.getBytes(content));
      }
    }

    @Override
    public void end(HttpHeaders trailers) {
      String status = trailers.get(STATUS, statusInHead);
      if (status == null) {
        attempt.failed("no grpc-status");
      } else if (status.equals("0")) {
        judge();
      } else {
        attempt.failed(name(status));
      }
    }

    private void judge() {
      try {
        HealthMessage.Serving serving = HealthMessage.response(message.toByteArray());
        if (serving == HealthMessage.Serving.SERVING) {
          attempt.passed(serving.name());
        } else {
          attempt.failed(serving.name());
        }
      } catch (HealthMessage.MalformedException e) {
        attempt.failed(e);
      }
    }

    private static String name(String status) {
      try {
        return STATUSES.get(Integer.parseInt(status));
      } catch (NumberFormatException | IndexOutOfBoundsException _) {
        return "grpc-status " + status;
      }
    }
  }
}
