package io.atoll.edge.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of loopback that nobody used a moment ago, neither for TCP nor for UDP, for those who must
 * know a port before it is bound. They lie below those that the system gives to connections, so
 * that no client takes one meanwhile.
 */
public final class FreePorts {
  private static final int LEAST = 20_000;
  private static final int MOST = 32_000;

  private final Queue<Integer> ports = new ArrayDeque<>();

  /** Finds so many. */
  public FreePorts(int count) {
    while (ports.size() < count) {
      int port = ThreadLocalRandom.current().nextInt(LEAST, MOST);
      if (!ports.contains(port) && isFree(port)) {
        ports.add(port);
      }
    }
  }

  private static boolean isFree(int port) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
        DatagramSocket udp = new DatagramSocket(port, loopback)) {
      return tcp.isBound() && udp.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Another one. */
  public int next() {
    return ports.remove();
  }
}
