package io.atoll.edge.health.probe;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The two messages of {@code grpc.health.v1.Health/Check} as gRPC puts them on the wire: a byte
 * that says whether it is compressed, the length in four bytes, and a protobuf of one field. Pure.
 */
final class HealthMessage {
  /** What an answer may be at most, its prefix included: ours has seven bytes. */
  static final int LONGEST = 1024;

  private static final int PREFIX = 5;
  private static final int SERVICE_TAG = 0x0a; // field 1, length-delimited
  private static final int STATUS_FIELD = 1;

  private HealthMessage() {}

  /** What a server says of a service. */
  enum Serving {
    UNKNOWN,
    SERVING,
    NOT_SERVING,
    SERVICE_UNKNOWN
  }

  /** What came is no answer to a check; the message says why, in a few words. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /** Asks about a service; empty: about the server as a whole. */
  static byte[] request(String service) {
    byte[] name = service.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    if (name.length > 0) {
      message.write(SERVICE_TAG);
      int rest = name.length;
      while (rest >= 0x80) {
        message.write((rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      message.write(rest);
      message.writeBytes(name);
    }
    return ByteBuffer.allocate(PREFIX + message.size())
        .put((byte) 0)
        .putInt(message.size())
        .put(message.toByteArray())
        .array();
  }

  /** Reads the answer, all of it. */
  static Serving response(byte[] bytes) throws MalformedException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.remaining() < PREFIX) {
      throw new MalformedException("no message");
    }
    if (in.get() != 0) {
      throw new MalformedException("a compressed message");
    }
    if (in.getInt() != in.remaining()) {
      throw new MalformedException("a broken message");
    }
    long status = 0; // proto3 leaves out what is zero
    while (in.hasRemaining()) {
      long tag = varint(in);
      if (tag == STATUS_FIELD << 3) {
        status = varint(in);
      } else {
        skip(in, (int) tag & 7);
      }
    }
    Serving[] known = Serving.values();
    return status >= 0 && status < known.length ? known[(int) status] : Serving.UNKNOWN;
  }

  /** Fields that a later version may have. */
  private static void skip(ByteBuffer in, int wireType) throws MalformedException {
    long length =
        switch (wireType) {
          case 0 -> {
            varint(in);
            yield 0;
          }
          case 1 -> Long.BYTES;
          case 2 -> varint(in);
          case 5 -> Integer.BYTES;
          default -> throw new MalformedException("a broken message");
        };
    if (length < 0 || length > in.remaining()) {
      throw new MalformedException("a broken message");
    }
    in.position(in.position() + (int) length);
  }

  private static long varint(ByteBuffer in) throws MalformedException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!in.hasRemaining()) {
        break;
      }
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("a broken message");
  }
}
