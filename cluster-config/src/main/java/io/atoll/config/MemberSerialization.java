package io.atoll.config;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.CompactSerializationConfig;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.SerializationConfig;
import com.hazelcast.internal.cluster.impl.ClusterTopologyChangedException;
import com.hazelcast.internal.cluster.impl.ConfigMismatchException;
import com.hazelcast.internal.cluster.impl.MasterNodeChangedException;
import com.hazelcast.internal.cluster.impl.VersionMismatchException;
import com.hazelcast.internal.partition.PartitionStateVersionMismatchException;
import com.hazelcast.map.ReachedMaxSizeException;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.partition.NoDataMemberInClusterException;
import com.hazelcast.ringbuffer.StaleSequenceException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectStreamException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * What a member is willing to read from another. Whoever reaches the member port can send bytes, so
 * only what a node needs is turned into objects: the records of this cluster as Compact, and, of
 * Java serialization, exceptions, which is how Hazelcast sends the failure of an operation (its
 * retries depend on them: one that can't be read leaves the call pending until its time is up).
 */
final class MemberSerialization {
  private static final List<Class<?>> EXCEPTIONS =
      List.of(
          Throwable.class,
          StackTraceElement.class,
          StackTraceElement[].class,
          Collections.emptyList().getClass(), // No suppressed exceptions, and some.
          ArrayList.class,
          Exception.class,
          RuntimeException.class,
          Error.class,
          LinkageError.class,
          NoClassDefFoundError.class,
          VirtualMachineError.class,
          StackOverflowError.class,
          OutOfMemoryError.class,
          AssertionError.class,
          ArithmeticException.class,
          ClassCastException.class,
          IllegalArgumentException.class,
          NumberFormatException.class,
          IllegalStateException.class,
          IndexOutOfBoundsException.class,
          ArrayIndexOutOfBoundsException.class,
          StringIndexOutOfBoundsException.class,
          InterruptedException.class,
          NullPointerException.class,
          SecurityException.class,
          UnsupportedOperationException.class,
          ReflectiveOperationException.class,
          ClassNotFoundException.class,
          IOException.class,
          EOFException.class,
          UncheckedIOException.class,
          ObjectStreamException.class,
          InvalidClassException.class,
          NotSerializableException.class,
          ConcurrentModificationException.class,
          NoSuchElementException.class,
          CancellationException.class,
          CompletionException.class,
          ExecutionException.class,
          RejectedExecutionException.class,
          TimeoutException.class,
          // What members answer each other with while they join, leave and take over: routine.
          ClusterTopologyChangedException.class,
          ConfigMismatchException.class,
          MasterNodeChangedException.class,
          VersionMismatchException.class,
          PartitionStateVersionMismatchException.class,
          HazelcastSerializationException.class,
          NoDataMemberInClusterException.class,
          ReachedMaxSizeException.class,
          StaleSequenceException.class);

  private MemberSerialization() {}

  /**
   * Closes a member's deserialization.
   *
   * @param types the records that cross the wire, as Compact
   */
  static void close(SerializationConfig serialization, List<Class<?>> types) {
    CompactSerializationConfig compact = serialization.getCompactSerializationConfig();
    types.forEach(compact::addClass);
    // Compact, too, makes objects of any class by its name where the class is not registered.
    compact.setZeroConfigFilter(only(named(types)));
    serialization.setJavaSerializationFilterConfig(
        only(named(EXCEPTIONS).addPrefixes("com.hazelcast.core.", "com.hazelcast.spi.exception.")));
    // Off unless asked for; said here so that a file of defaults elsewhere can't turn them on.
    serialization.setAllowUnsafe(false).setAllowOverrideDefaultSerializers(false);
  }

  private static JavaSerializationFilterConfig only(ClassFilter allowed) {
    // The defaults would allow com.hazelcast.*, java* and every array.
    return new JavaSerializationFilterConfig().setDefaultsDisabled(true).setWhitelist(allowed);
  }

  private static ClassFilter named(List<Class<?>> classes) {
    return new ClassFilter()
        .addClasses(classes.stream().map(Class::getName).toArray(String[]::new));
  }
}
