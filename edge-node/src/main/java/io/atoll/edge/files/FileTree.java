package io.atoll.edge.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files below a root. Nothing outside of it is found, whatever links say, nor anything whose
 * name or folder begins with a dot, nor what is neither a regular file nor a folder: opening a pipe
 * or a device could wait for ever. The root is resolved for each request, so that a link may be
 * swapped for the next release. Every method blocks.
 */
final class FileTree {
  private final Path root;

  FileTree(Path root) {
    this.root = root;
  }

  /** What a path names. */
  sealed interface Found {}

  /**
   * A regular file.
   *
   * @param path without links
   */
  record Document(Path path, Version version) implements Found {}

  /**
   * A folder.
   *
   * @param path without links
   */
  record Folder(Path path) implements Found {}

  /** Nothing that is served. */
  record Nothing() implements Found {}

  /** Looks a path up; names below the root, joined by slashes. */
  Found find(String names) {
    try {
      Path top = root.toRealPath();
      return look(top, top.resolve(names));
    } catch (IOException | IllegalArgumentException e) {
      return new Nothing(); // there is none, or it may not be read, or no file has such a name
    }
  }

  /** A file in a folder that was found, or beside a file; null where there is none. */
  @Nullable Document beside(Path folder, String name) {
    try {
      return look(root.toRealPath(), folder.resolve(name)) instanceof Document document
          ? document
          : null;
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether a name in a folder would be found. */
  @Nullable Found member(Path path) {
    try {
      return look(root.toRealPath(), path);
    } catch (IOException e) {
      return null;
    }
  }

  private static Found look(Path top, Path path) throws IOException {
    Path real = path.toRealPath();
    if (!real.startsWith(top) || isHidden(top, real)) {
      return new Nothing();
    }
    Version version = Version.of(real);
    if (version != null) {
      return new Document(real, version);
    }
    return Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS) ? new Folder(real) : new Nothing();
  }

  private static boolean isHidden(Path top, Path real) {
    for (int i = top.getNameCount(); i < real.getNameCount(); i++) {
      if (real.getName(i).toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
