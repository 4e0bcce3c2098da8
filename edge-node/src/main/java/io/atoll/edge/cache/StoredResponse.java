package io.atoll.edge.cache;

import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.buffer.BufferInternal;

/**
 * A stored response, ready to be sent by any event loop. Its head, fields and body never change;
 * what it remembers beside them are two hints, written without a lock, whose loss costs one
 * computation.
 */
public final class StoredResponse {
  private final StoredHead head;
  private final byte[] body;
  private final MultiMap fields;
  private long currentAt;
  private Spoken spoken = new Spoken(-1, "", "");

  /** How a hit is announced within one second of its age. */
  private record Spoken(long age, String ageText, String status) {}

  /**
   * Makes the fields ready.
   *
   * @param body never changed after this
   */
  public StoredResponse(StoredHead head, byte[] body) {
    this.head = head;
    this.body = body;
    MultiMap map = HttpHeaders.headers();
    for (int i = 0; i < head.fields().length; i += 2) {
      map.add(head.fields()[i], head.fields()[i + 1]);
    }
    this.fields = map.copy(false);
  }

  /** Everything but the body. */
  public StoredHead head() {
    return head;
  }

  /** The body; not to be changed. */
  public byte[] body() {
    return body;
  }

  /** The fields, which can't be changed; shared by all event loops. */
  MultiMap fields() {
    return fields;
  }

  /** A part of the body without copying; a new buffer each time, which owns nothing. */
  Buffer slice(int from, int length) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(body, from, length));
  }

  /** Bytes it takes in L1. */
  int weight() {
    return head.weight() + body.length;
  }

  /** What the purge log says of it; one comparison while the log has not changed. */
  Standing standing(PurgeIndex purges) {
    long stamp = purges.stamp();
    if (currentAt == stamp) {
      return Standing.CURRENT;
    }
    Standing standing = purges.standing(head);
    if (standing == Standing.CURRENT) {
      currentAt = stamp;
    }
    return standing;
  }

  /** {@code Age} in seconds. */
  String age(long nowMillis) {
    return spoken(nowMillis).ageText;
  }

  /** {@code Cache-Status} of a hit in L1. */
  String hitStatus(long nowMillis) {
    return spoken(nowMillis).status;
  }

  private Spoken spoken(long nowMillis) {
    long age = head.freshness().ageMillis(nowMillis) / 1000;
    Spoken last = spoken;
    if (last.age != age) {
      long ttl = head.freshness().lifetimeMillis() / 1000 - age;
      last = new Spoken(age, Long.toString(age), CacheStatus.hit(ttl));
      spoken = last;
    }
    return last;
  }
}
