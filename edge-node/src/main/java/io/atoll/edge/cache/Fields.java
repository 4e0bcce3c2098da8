package io.atoll.edge.cache;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a message, as the cache's pure cores see them. */
@FunctionalInterface
interface Fields {
  /** Every value of a field, in order; its name in any case. */
  List<String> all(String name);

  /** A field's first value. */
  default @Nullable String first(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? null : values.getFirst();
  }
}
