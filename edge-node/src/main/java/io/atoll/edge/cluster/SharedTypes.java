package io.atoll.edge.cluster;

import io.atoll.edge.ratelimit.Grant;
import java.util.List;

/**
 * Every class that crosses the wire between members, each a record of the types that Compact
 * serialization knows. Nothing else is deserialized.
 */
final class SharedTypes {
  static final List<Class<?>> ALL = List.of(ChangeBucket.class, SetBucket.class, Grant.class);

  private SharedTypes() {}
}
