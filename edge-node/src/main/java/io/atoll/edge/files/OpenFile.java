package io.atoll.edge.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is being sent, as it was when it was found. Every method blocks, but for {@link
 * #close} as far as a file that was only read can.
 *
 * @param path without links
 * @param version as announced to the client
 */
record OpenFile(FileChannel channel, Path path, Version version) implements AutoCloseable {
  /** It is not any more what was announced. */
  static final class ChangedException extends IOException {
    ChangedException(Path path) {
      super(path + " changed while it was sent");
    }
  }

  /**
   * Opens a file that was found.
   *
   * @throws ChangedException if it is another by now
   */
  static OpenFile open(FileTree.Document found) throws IOException {
    FileChannel channel =
        FileChannel.open(found.path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    OpenFile file = new OpenFile(channel, found.path(), found.version());
    try {
      if (!found.version().equals(Version.of(found.path()))) {
        throw new ChangedException(found.path());
      }
      return file;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Reads a stretch.
   *
   * @param last whether it is the end of what is sent: then it is also made sure that all that was
   *     sent before belongs to the same version
   * @throws ChangedException if there is less, or the file was written to
   */
  byte[] read(long offset, int length, boolean last) throws IOException {
    byte[] bytes = new byte[length];
    ByteBuffer into = ByteBuffer.wrap(bytes);
    while (into.hasRemaining()) {
      if (channel.read(into, offset + into.position()) < 0) {
        throw new ChangedException(path);
      }
    }
    if (last && isWrittenTo()) {
      throw new ChangedException(path);
    }
    return bytes;
  }

  /** Another file in its place does no harm: this one stays what it was. */
  private boolean isWrittenTo() throws IOException {
    try {
      Version now = Version.of(path);
      return now != null && now.inode() == version.inode() && !now.equals(version);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It was only read: nothing is lost.
    }
  }
}
