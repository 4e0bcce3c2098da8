package io.atoll.edge.files;

import io.atoll.config.RouteConfig.Coding;
import org.jspecify.annotations.Nullable;

/**
 * What a client is to get of a document: the file itself or a compressed sibling, and its
 * validators.
 *
 * @param document whose bytes are sent
 * @param type the media type of the file that the path names
 * @param coding of a sibling; null: it is the file itself
 * @param etag as of when it was found
 * @param lastModified as of when it was found; null while it may change within the same second
 */
record Representation(
    FileTree.Document document,
    String type,
    @Nullable Coding coding,
    String etag,
    @Nullable String lastModified) {

  /** Of a file as it is now. */
  static Representation of(
      FileTree.Document plain, FileTree.Document chosen, @Nullable Coding coding, long nowMillis) {
    Version version = chosen.version();
    return new Representation(
        chosen,
        MediaTypes.of(plain.path()),
        coding,
        version.etag(nowMillis),
        version.lastModified(nowMillis));
  }

  long size() {
    return document.version().size();
  }
}
