package io.atoll.config;

/** How the place of a key is written: {@code upstreams[0].balance}; empty for the document. */
final class Keys {
  private Keys() {}

  static String child(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  static String item(String path, int index) {
    return path + "[" + index + "]";
  }

  /** As an error shows it. */
  static String orRoot(String path) {
    return path.isEmpty() ? "." : path;
  }

  /** The path one step up; empty at the top. */
  static String parent(String path) {
    int end = Math.max(path.lastIndexOf('.'), path.endsWith("]") ? path.lastIndexOf('[') : -1);
    return path.substring(0, Math.max(0, end));
  }
}
