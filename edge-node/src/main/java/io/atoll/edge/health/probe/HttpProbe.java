package io.atoll.edge.health.probe;

import io.atoll.config.BackendAddress;
import io.atoll.config.StatusRange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request, of which the status passes, and the body where something is expected in it. Of a body
 * of which nothing is expected nothing is read.
 *
 * @param path with its query
 * @param expect the statuses that pass
 * @param body null: anything will do
 */
record HttpProbe(
    Transport transport,
    Authority authority,
    HttpMethod method,
    String path,
    StatusRange expect,
    @Nullable BodySearch body)
    implements Probe {
  /** Methods whose requests say that they have no body (RFC 9110 section 8.6). */
  private static final Set<HttpMethod> WITH_CONTENT =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

  @Override
  public void begin(BackendAddress backend, Attempt attempt) {
    transport.ask(backend, attempt, () -> request(backend), new StatusAndBody(attempt));
  }

  private FullHttpRequest request(BackendAddress backend) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, path, Unpooled.EMPTY_BUFFER);
    request
        .headers()
        .set(HttpHeaderNames.HOST, authority.of(backend))
        .set(HttpHeaderNames.USER_AGENT, Probers.USER_AGENT)
        .set(HttpHeaderNames.ACCEPT, "*/*");
    if (WITH_CONTENT.contains(method)) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
    }
    return request;
  }

  private final class StatusAndBody implements Answer {
    private final Attempt attempt;
    private final BodySearch.@Nullable Search search;
    private String status = "";

    StatusAndBody(Attempt attempt) {
      this.attempt = attempt;
      this.search = body == null ? null : body.begin();
    }

    @Override
    public void head(HttpResponse head) {
      status = Integer.toString(head.status().code());
      if (!expect.contains(head.status().code())) {
        attempt.failed(status);
      } else if (search == null) {
        attempt.passed(status);
      }
    }

    @Override
    public void part(ByteBuf content) {
      if (search == null) {
        return;
      }
      search.part(content);
      if (search.found()) {
        attempt.passed(status);
      } else if (search.exhausted()) {
        attempt.failed(status + ", but not the body in its first 64 KiB");
      }
    }

    @Override
    public void end(HttpHeaders trailers) {
      attempt.failed(status + ", but not the body");
    }
  }
}
