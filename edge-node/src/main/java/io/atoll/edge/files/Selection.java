package io.atoll.edge.files;

import java.nio.file.Path;

/** What a path selects. */
sealed interface Selection {
  /** A file. */
  record Chosen(Representation representation) implements Selection {}

  /** A folder, without the slash at its end: relative references in its page would miss. */
  record Unslashed() implements Selection {}

  /** A folder that shows what it holds. */
  record Listed(Path folder) implements Selection {}

  /** Nothing that is served. */
  record None() implements Selection {}
}
