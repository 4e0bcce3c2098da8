package io.atoll.edge.exchange;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/** A stretch of a file on its way to a client; the file stays open when it is out. */
final class FileStretch extends DefaultFileRegion {
  FileStretch(FileChannel file, long offset, long length) {
    super(file, offset, length);
  }

  @Override
  protected void deallocate() {
    // The file is its sender's to close.
  }
}
