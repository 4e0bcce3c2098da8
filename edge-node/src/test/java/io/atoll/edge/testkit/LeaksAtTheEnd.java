package io.atoll.edge.testkit;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Makes Netty report the leaks of the last tests too: it notices one when the garbage collector has
 * found the buffer and another is made.
 */
public final class LeaksAtTheEnd implements LauncherSessionListener {
  private static final int ROUNDS = 5;

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    for (int i = 0; i < ROUNDS; i++) {
      System.gc();
      PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    }
  }
}
