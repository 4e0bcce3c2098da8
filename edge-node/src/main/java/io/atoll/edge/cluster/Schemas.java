package io.atoll.edge.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.spi.impl.SerializationServiceSupport;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /**
   * Makes the shapes of all these types known to the cluster, by an empty object of each. Blocks
   * until they are: while a member hangs, that takes until it is given up.
   */
  static void publish(HazelcastInstance hazelcast, List<Class<?>> types) {
    types.forEach(type -> publish(hazelcast, empty(type)));
  }

  private static Object empty(Class<?> type) {
    try {
      Constructor<?> only = type.getDeclaredConstructors()[0];
      only.setAccessible(true);
      return only.newInstance(Arrays.stream(only.getParameterTypes()).map(Schemas::zero).toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no empty " + type, e);
    }
  }

  private static @Nullable Object zero(Class<?> type) {
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
  }
}
