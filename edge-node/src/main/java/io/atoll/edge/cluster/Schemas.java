package io.atoll.edge.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.spi.impl.SerializationServiceSupport;

/**
 * The shapes of the types that cross the wire. Compact serialization tells all members of a shape,
 * and waits for them, when the first object of that type is written: which must not be on an event
 * loop, nor on the thread of a partition.
 */
final class Schemas {
  private Schemas() {}

  /** Makes the shapes of these objects known to the cluster. Blocks until they are. */
  static void publish(HazelcastInstance hazelcast, Object... samples) {
    var serialization = ((SerializationServiceSupport) hazelcast).getSerializationService();
    for (Object sample : samples) {
      serialization.toData(sample);
    }
  }
}
