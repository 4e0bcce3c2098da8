package io.atoll.edge.listener;

import io.atoll.edge.guard.MalformedRequestException;
import io.atoll.edge.guard.Rejection;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's first line (RFC 9112 section 3): {@code token SP target SP HTTP/1.x}, and nothing
 * else.
 *
 * @param target in origin-form also where it came in absolute-form
 * @param authority of a target in absolute-form, which counts more than Host (section 3.2.2)
 */
record RequestLine(
    HttpMethod method, String target, @Nullable String authority, HttpVersion version) {
  private static final List<HttpMethod> COMMON =
      List.of(
          HttpMethod.GET,
          HttpMethod.POST,
          HttpMethod.HEAD,
          HttpMethod.PUT,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS,
          HttpMethod.PATCH);

  private static final int VERSION_LENGTH = "HTTP/1.1".length();

  static RequestLine of(Line line) throws MalformedRequestException {
    int methodEnd = line.tokenEnd(0);
    int targetEnd = methodEnd + 1;
    while (targetEnd < line.size() && Octets.isVisible(line.at(targetEnd))) {
      targetEnd++;
    }
    if (methodEnd == 0
        || targetEnd <= methodEnd + 1
        || targetEnd >= line.size()
        || line.at(methodEnd) != ' '
        || line.at(targetEnd) != ' ') {
      throw new MalformedRequestException(Rejection.SYNTAX);
    }
    HttpVersion version = version(line, targetEnd + 1);
    HttpMethod method = method(line, methodEnd);
    String target = line.text(methodEnd + 1, targetEnd);
    if (target.charAt(0) == '/' || method.equals(HttpMethod.CONNECT)) {
      return new RequestLine(method, target, null, version);
    }
    if (target.equals("*") && method.equals(HttpMethod.OPTIONS)) {
      return new RequestLine(method, target, null, version);
    }
    return absolute(method, target, version);
  }

  private static HttpMethod method(Line line, int end) {
    for (HttpMethod method : COMMON) {
      if (method.asciiName().length() == end && line.has(method.asciiName(), 0)) {
        return method;
      }
    }
    return HttpMethod.valueOf(line.text(0, end));
  }

  /** A later minor version is answered as the latest that is spoken (RFC 9110 section 2.5). */
  private static HttpVersion version(Line line, int from) throws MalformedRequestException {
    if (line.size() - from != VERSION_LENGTH
        || !line.has("HTTP/", from)
        || !Octets.isDigit(line.at(from + 5))
        || line.at(from + 6) != '.'
        || !Octets.isDigit(line.at(from + 7))) {
      throw new MalformedRequestException(Rejection.SYNTAX);
    }
    if (line.at(from + 5) != '1') {
      throw new MalformedRequestException(Rejection.VERSION);
    }
    return line.at(from + 7) == '0' ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
  }

  /** RFC 9112 section 3.2.2; without a path it asks for the root, or as OPTIONS for the server. */
  private static RequestLine absolute(HttpMethod method, String target, HttpVersion version)
      throws MalformedRequestException {
    int from = schemeEnd(target);
    int to = from;
    while (to < target.length() && "/?#".indexOf(target.charAt(to)) < 0) {
      to++;
    }
    String authority = target.substring(from, to);
    if (authority.isEmpty() || authority.indexOf('@') >= 0) {
      throw new MalformedRequestException(Rejection.TARGET); // RFC 9110 sections 4.2.1 and 4.2.4
    }
    String rest = target.substring(to);
    if (rest.isEmpty() && method.equals(HttpMethod.OPTIONS)) {
      return new RequestLine(method, "*", authority, version);
    }
    String origin = rest.startsWith("/") ? rest : "/" + rest;
    return new RequestLine(method, origin, authority, version);
  }

  private static int schemeEnd(String target) throws MalformedRequestException {
    if (target.regionMatches(true, 0, "http://", 0, 7)) {
      return 7;
    }
    if (target.regionMatches(true, 0, "https://", 0, 8)) {
      return 8;
    }
    throw new MalformedRequestException(Rejection.TARGET);
  }
}
