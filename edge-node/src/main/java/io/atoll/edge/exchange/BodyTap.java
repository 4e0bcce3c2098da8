package io.atoll.edge.exchange;

import io.vertx.core.buffer.Buffer;

/**
 * Hears a request's body as it is read on its way to a backend, without a say in how fast. Called
 * on the exchange's event loop: any number of {@code bodyPart}, then exactly one of {@code bodyEnd}
 * and {@code bodyCut}.
 */
public interface BodyTap {
  /** The next part, which is somebody else's: who keeps of it copies it before this returns. */
  void bodyPart(Buffer part);

  /** The body is whole. */
  void bodyEnd();

  /** Nobody reads the rest of it, or there is none: it must not look whole. */
  void bodyCut();
}
