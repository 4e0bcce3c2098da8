package io.atoll.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where each key of a file stands, and which record came from where. Not thread-safe. */
final class Positions {
  private final Map<String, Position> marks = new HashMap<>();
  private final IdentityHashMap<Object, String> paths = new IdentityHashMap<>();
  private final Set<String> incomplete = new HashSet<>();

  void mark(String path, Position at) {
    marks.put(path, at);
  }

  void bound(Object value, String path) {
    paths.put(value, path);
  }

  /** Notes a list or map that lacks an item, because it could not be read. */
  void lacks(String path) {
    incomplete.add(path);
  }

  /** Whether every item of a list or map could be read. */
  boolean complete(String path) {
    return !incomplete.contains(path);
  }

  /** The path of a record that the binder made. */
  String path(Object value) {
    String path = paths.get(value);
    return path == null ? "" : path;
  }

  /** Where a key stands; for one the file leaves out, where its nearest parent does. */
  Position at(String path) {
    String nearest = path;
    @Nullable Position mark = marks.get(nearest);
    while (mark == null && !nearest.isEmpty()) {
      nearest = Keys.parent(nearest);
      mark = marks.get(nearest);
    }
    return mark == null ? Position.START : mark;
  }
}
