package io.atoll.edge.files;

import io.atoll.edge.cache.HttpDate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a file is at one moment, and its validators.
 *
 * <p>The entity tag is strong (RFC 9110 section 8.8.1) because whatever changes a file's bytes
 * changes one of its three parts: a file put in its place has another inode, and one written in
 * place has another time of modification, to the nanosecond. Only a file that was written a moment
 * ago may be written again within one tick of the file system's clock: until a second has passed
 * its tag is weak, and it has no {@code Last-Modified}, so that a date is a strong validator too
 * (section 8.8.2.2).
 *
 * @param inode its number in the file system
 * @param size in bytes
 * @param modifiedNanos since 1970
 */
record Version(long inode, long size, long modifiedNanos) {
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A regular file's; null where it is a folder, or anything else. Blocks. */
  static @Nullable Version of(Path file) throws IOException {
    Map<String, Object> now =
        Files.readAttributes(
            file, "unix:ino,size,lastModifiedTime,isRegularFile", LinkOption.NOFOLLOW_LINKS);
    if (!Boolean.TRUE.equals(now.get("isRegularFile"))) {
      return null;
    }
    FileTime modified = (FileTime) Objects.requireNonNull(now.get("lastModifiedTime"));
    return new Version(
        ((Number) Objects.requireNonNull(now.get("ino"))).longValue(),
        ((Number) Objects.requireNonNull(now.get("size"))).longValue(),
        modified.to(TimeUnit.NANOSECONDS));
  }

  /** Its entity tag. */
  String etag(long nowMillis) {
    String tag =
        "\"%x-%x-%x\"".formatted(modifiedNanos, size, inode); // the same text, weak or strong
    return atRest(nowMillis) ? tag : "W/" + tag;
  }

  /** Its {@code Last-Modified}; null while it may still change within the same second. */
  @Nullable String lastModified(long nowMillis) {
    return atRest(nowMillis) ? HttpDate.format(modifiedSeconds() * 1000) : null;
  }

  /** When it was modified, in the whole seconds that HTTP has. */
  long modifiedSeconds() {
    return Math.floorDiv(modifiedNanos, 1_000_000_000L);
  }

  /** Whether no later change can hide. */
  boolean atRest(long nowMillis) {
    return TimeUnit.MILLISECONDS.toNanos(nowMillis) - modifiedNanos >= REST_NANOS;
  }
}
