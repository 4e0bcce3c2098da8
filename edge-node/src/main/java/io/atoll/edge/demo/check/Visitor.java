package io.atoll.edge.demo.check;

import io.atoll.edge.demo.DemoLayout.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client, as a browser behind DNS is one: it hops to the next node at each request, asks
 * another where no response comes, and keeps cookies. Not thread-safe.
 */
final class Visitor {
  private final Wire wire;
  private final List<Node> nodes;
  private final Wire.Protocol protocol;
  private final Map<String, String> cookies = new HashMap<>();
  private int next;

  /**
   * A client.
   *
   * @param number which client it is, from 0: every other speaks HTTP/2, and they begin at
   *     different nodes
   */
  Visitor(Wire wire, List<Node> nodes, int number) {
    this.wire = wire;
    this.nodes = nodes;
    this.protocol = number % 2 == 0 ? Wire.Protocol.H1 : Wire.Protocol.H2;
    this.next = number / 2 % nodes.size();
  }

  /**
   * What came of one wish.
   *
   * @param reply the first response, of whatever status; null where every node was asked in vain
   * @param broken requests before it that got no response
   */
  record Visit(Attempt.@Nullable Reply reply, List<Attempt.Broken> broken) {}

  /** GETs a path from the next node, or from those after it. */
  Visit get(String path, Map<String, String> fields) throws InterruptedException {
    List<Attempt.Broken> broken = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(next);
      next = (next + 1) % nodes.size();
      switch (wire.get(node, protocol, path, withCookies(fields))) {
        case Attempt.Reply reply -> {
          keepCookies(reply);
          return new Visit(reply, broken);
        }
        case Attempt.Broken failure -> broken.add(failure);
      }
    }
    return new Visit(null, broken);
  }

  private Map<String, String> withCookies(Map<String, String> fields) {
    if (cookies.isEmpty()) {
      return fields;
    }
    Map<String, String> all = new HashMap<>(fields);
    List<String> pairs = new ArrayList<>();
    cookies.forEach((name, value) -> pairs.add(name + "=" + value));
    all.put("Cookie", String.join("; ", pairs));
    return all;
  }

  private void keepCookies(Attempt.Reply reply) {
    for (String cookie : reply.fields().getAll("Set-Cookie")) {
      String pair = cookie.split(";", 2)[0];
      int equals = pair.indexOf('=');
      if (equals > 0) {
        cookies.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
  }
}
