package io.atoll.edge.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a backend does whose one response stops in its middle until a test lets it go on. */
public final class HeldResponse {
  /** The whole body. */
  public static final String BODY = "before it";

  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Answers the first request of a connection; the script of a {@link RawBackend}. */
  public void serve(RawConnection connection) {
    connection.readHead();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n");
    connection.send(BODY.substring(0, 2));
    await(released);
    connection.send(BODY.substring(2));
    if (connection.isClosedByPeer()) {
      closed.countDown();
    }
  }

  /** Lets the rest of the body go. */
  public void release() {
    released.countDown();
  }

  /** Waits until the node has closed the connection after the response. */
  public void awaitClosed() {
    assertThat(await(closed)).as("closed by the node").isTrue();
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
