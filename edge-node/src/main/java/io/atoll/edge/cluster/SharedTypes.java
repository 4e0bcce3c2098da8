package io.atoll.edge.cluster;

import io.atoll.config.BackendAddress;
import io.atoll.edge.session.Binding;
import java.util.List;

/**
 * Every class that crosses the wire between members, each a record of the types that Compact
 * serialization knows. Nothing else is deserialized.
 */
final class SharedTypes {
  static final List<Class<?>> ALL =
      List.of(
          BackendAddress.class,
          Binding.class,
          SessionRecords.Find.class,
          SessionRecords.Bind.class,
          SessionRecords.Move.class,
          SessionRecords.HasMoved.class,
          SessionRecords.NewerWins.class);

  private SharedTypes() {}
}
