package io.atoll.edge.demo.check;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client with a session: knows its backend, and notices where it is sent to another. */
final class Session {
  private final Visitor visitor;
  private final String path;
  private @Nullable String home;
  private int misrouted;

  /** A session that is made by its first visit. */
  Session(Visitor visitor, String path) {
    this.visitor = visitor;
    this.path = path;
  }

  /** Visits, at the next node. */
  Visitor.Visit visit() throws InterruptedException {
    Visitor.Visit visit = visitor.get(path, Map.of());
    Attempt.Reply reply = visit.reply();
    if (reply != null && reply.status() == 200) {
      if (home != null && !home.equals(reply.origin())) {
        misrouted++;
      }
      home = reply.origin();
    }
    return visit;
  }

  /** How often it was sent to another backend than the time before. */
  int misrouted() {
    return misrouted;
  }
}
