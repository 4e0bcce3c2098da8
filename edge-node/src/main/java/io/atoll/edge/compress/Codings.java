package io.atoll.edge.compress;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;
import io.atoll.config.RouteConfig.Coding;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The codings that this machine can make. Immutable.
 *
 * @param available gzip always; the others where their native libraries load
 */
public record Codings(Set<Coding> available) {
  private static final Logger LOG = LoggerFactory.getLogger(Codings.class);

  /** Keeps them as they are now. */
  public Codings {
    available = Set.copyOf(available);
  }

  /** For nodes that compress nothing. */
  public static Codings none() {
    return new Codings(Set.of());
  }

  /**
   * Loads the native libraries; one that doesn't is left out, with a line in the log. Blocks: they
   * are unpacked into the folder for temporary files.
   */
  public static Codings load() {
    Set<Coding> available = EnumSet.of(Coding.gzip);
    try {
      Native.load();
      available.add(Coding.zstd);
    } catch (LinkageError | RuntimeException e) {
      LOG.warn("zstd is left out of what is compressed: {}", e.toString());
    }
    if (Brotli4jLoader.isAvailable()) {
      available.add(Coding.br);
    } else {
      LOG.warn(
          "br is left out of what is compressed: {}",
          String.valueOf(Brotli4jLoader.getUnavailabilityCause()));
    }
    return new Codings(available);
  }
}
