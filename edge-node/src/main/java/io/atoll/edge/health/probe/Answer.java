package io.atoll.edge.health.probe;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;

/** Makes a result of what a backend answers to one check. Hears nothing once it has one. */
interface Answer {
  /** The final response's head. */
  void head(HttpResponse head);

  /** A part of its body, which is the caller's. */
  void part(ByteBuf content);

  /** It has ended, with these trailers. */
  void end(HttpHeaders trailers);
}
