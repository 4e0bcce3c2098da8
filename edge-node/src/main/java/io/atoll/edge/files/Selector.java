package io.atoll.edge.files;

import io.atoll.config.RouteConfig;
import io.atoll.config.RouteConfig.Coding;
import io.atoll.edge.files.FileTree.Document;
import io.atoll.edge.files.FileTree.Folder;
import io.atoll.edge.files.FileTree.Nothing;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what a path selects, by the keys of a route. Every method blocks; thread-safe. */
final class Selector {
  private final RouteConfig.Files config;
  private final FileTree tree;

  Selector(RouteConfig.Files config) {
    this.config = config;
    this.tree = new FileTree(config.root());
  }

  FileTree tree() {
    return tree;
  }

  /**
   * Finds it.
   *
   * @param file null where the path can't name any
   * @param codings of siblings that may be sent instead, best first
   */
  Selection select(@Nullable FilePath file, List<Coding> codings, long nowMillis) {
    Selection selection = file == null ? new Selection.None() : found(file, codings, nowMillis);
    String fallback = config.fallback();
    return selection instanceof Selection.None
            && fallback != null
            && tree.find(fallback) instanceof Document document
        ? chosen(document, codings, nowMillis)
        : selection;
  }

  private Selection found(FilePath file, List<Coding> codings, long nowMillis) {
    return switch (tree.find(file.names())) {
      case Document document ->
          file.folder() ? new Selection.None() : chosen(document, codings, nowMillis);
      case Folder(Path path) ->
          file.folder() ? folder(path, codings, nowMillis) : new Selection.Unslashed();
      case Nothing() -> new Selection.None();
    };
  }

  private Selection folder(Path path, List<Coding> codings, long nowMillis) {
    for (String name : config.index()) {
      Document document = tree.beside(path, name);
      if (document != null) {
        return chosen(document, codings, nowMillis);
      }
    }
    return config.listing() ? new Selection.Listed(path) : new Selection.None();
  }

  private Selection chosen(Document plain, List<Coding> codings, long nowMillis) {
    for (Coding coding : codings) {
      Document sibling = tree.beside(plain.path().resolveSibling(""), sibling(plain, coding));
      if (sibling != null) {
        return new Selection.Chosen(Representation.of(plain, sibling, coding, nowMillis));
      }
    }
    return new Selection.Chosen(Representation.of(plain, plain, null, nowMillis));
  }

  private static String sibling(Document plain, Coding coding) {
    String ending =
        switch (coding) {
          case zstd -> ".zst";
          case br -> ".br";
          case gzip -> ".gz";
        };
    return plain.path().getFileName() + ending;
  }
}
