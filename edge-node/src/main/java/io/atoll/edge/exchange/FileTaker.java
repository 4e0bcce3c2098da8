package io.atoll.edge.exchange;

import io.vertx.core.Future;
import java.nio.channels.FileChannel;

/** Has stretches of files sent by the kernel, in place of parts of a body. */
@FunctionalInterface
public interface FileTaker {
  /**
   * Sends the next stretch. No other part may follow before the future has completed, and until
   * then the file must stay open.
   *
   * @return succeeds when all of it is out; fails where the file is shorter, or the client has gone
   */
  Future<Void> take(FileChannel file, long offset, long length);
}
