package io.atoll.edge.discovery;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * An SRV record (RFC 2782).
 *
 * @param priority the lowest is used first
 * @param weight its share of those of its priority; 0: hardly any
 * @param port where the target listens
 * @param target the name of the server, with a final dot
 */
record ServiceRecord(int priority, int weight, int port, String target) {
  /** The same for all who have the same records. */
  static final Comparator<ServiceRecord> ORDER =
      Comparator.comparingInt(ServiceRecord::priority)
          .thenComparing(ServiceRecord::target)
          .thenComparingInt(ServiceRecord::port)
          .thenComparingInt(ServiceRecord::weight);

  private static final int NUMBERS = 3 * Short.BYTES;

  /** Reads a record's data; null where it is malformed or says that there is no such service. */
  static @Nullable ServiceRecord read(ByteBuf data) {
    if (data.readableBytes() <= NUMBERS) {
      return null;
    }
    int priority = data.readUnsignedShort();
    int weight = data.readUnsignedShort();
    int port = data.readUnsignedShort();
    try {
      String target = DefaultDnsRecordDecoder.decodeName(data);
      boolean none = target.isEmpty() || target.equals(".");
      return none || port == 0 ? null : new ServiceRecord(priority, weight, port, target);
    } catch (CorruptedFrameException _) {
      return null;
    }
  }
}
