package io.atoll.edge.testkit;

import io.atoll.config.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A name server on loopback, over UDP and TCP (RFC 1035), that says what a test has it say. */
public final class NameServer implements AutoCloseable {
  /** A response code: the server failed. */
  public static final int SERVFAIL = 2;

  /** A response code: it does not answer this. */
  public static final int REFUSED = 5;

  /** A type of question: for IPv6 addresses. */
  public static final int AAAA = 28;

  private static final int NXDOMAIN = 3;
  private static final int A = 1;
  private static final int CNAME = 5;
  private static final int SRV = 33;
  private static final int LARGEST_DATAGRAM = 512;
  private static final int SILENCE = -1;

  private final int port = new FreePorts(1).next();
  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Map<String, List<Item>> zone = new ConcurrentHashMap<>();
  private final Map<String, Integer> codes = new ConcurrentHashMap<>();
  private final AtomicInteger questions = new AtomicInteger();
  private final AtomicInteger overTcp = new AtomicInteger();
  private volatile boolean silent;

  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Item(int type, int ttl, byte[] data) {}

  /** Starts it; it knows no name. */
  public NameServer() {
    try {
      udp = new DatagramSocket(port, InetAddress.getLoopbackAddress());
      tcp = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var _ = Thread.ofPlatform().daemon().start(this::serveUdp);
    var _ = Thread.ofPlatform().daemon().start(this::serveTcp);
  }

  /** Where it listens. */
  public HostPort address() {
    return new HostPort("127.0.0.1", port);
  }

  /** Questions so far. */
  public int questions() {
    return questions.get();
  }

  /** Those of them that came over TCP. */
  public int questionsOverTcp() {
    return overTcp.get();
  }

  /** From now on a name has these addresses of both families, and nothing that it had before. */
  public void addresses(String name, int ttl, String... addresses) {
    List<Item> items = new ArrayList<>();
    for (String address : addresses) {
      byte[] data = InetAddress.ofLiteral(address).getAddress();
      items.add(new Item(data.length == 4 ? A : AAAA, ttl, data));
    }
    put(name, items);
  }

  /** From now on a name has these services, each {@code PRIORITY WEIGHT PORT TARGET}. */
  public void services(String name, int ttl, String... services) {
    List<Item> items = new ArrayList<>();
    for (String service : services) {
      String[] words = service.split(" ", -1);
      ByteBuffer numbers = ByteBuffer.allocate(6);
      for (int i = 0; i < 3; i++) {
        numbers.putShort((short) Integer.parseInt(words[i]));
      }
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      data.writeBytes(numbers.array());
      data.writeBytes(encoded(words[3]));
      items.add(new Item(SRV, ttl, data.toByteArray()));
    }
    put(name, items);
  }

  /** From now on a name is another word for one. */
  public void alias(String name, int ttl, String other) {
    put(name, List.of(new Item(CNAME, ttl, encoded(other))));
  }

  private void put(String name, List<Item> items) {
    zone.put(name, items);
    codes.remove(name);
  }

  /** From now on there is no such name. */
  public void forget(String name) {
    zone.remove(name);
    codes.remove(name);
  }

  /** From now on every question for a name gets a response code and nothing else. */
  public void fail(String name, int code) {
    codes.put(name, code);
  }

  /** From now on every question of a type for a name gets a response code and nothing else. */
  public void fail(String name, int type, int code) {
    codes.put(name + " " + type, code);
  }

  /** From now on nobody gets an answer. */
  public void silence() {
    silent = true;
  }

  /** From now on no question for a name gets an answer. */
  public void silence(String name) {
    codes.put(name, SILENCE);
  }

  private void serveUdp() {
    byte[] buffer = new byte[4096];
    while (!udp.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        byte[] answer = answer(ByteBuffer.wrap(buffer, 0, packet.getLength()), LARGEST_DATAGRAM);
        if (answer != null) {
          udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept()) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] question = new byte[in.readUnsignedShort()];
        in.readFully(question);
        overTcp.incrementAndGet();
        byte[] answer = answer(ByteBuffer.wrap(question), 65_535);
        if (answer != null) {
          DataOutputStream out = new DataOutputStream(socket.getOutputStream());
          out.writeShort(answer.length);
          out.write(answer);
          out.flush();
        }
      } catch (IOException e) {
        // the client went, or this server
      }
    }
  }

  private byte @Nullable [] answer(ByteBuffer question, int largest) {
    questions.incrementAndGet();
    short id = question.getShort();
    question.position(12);
    int from = question.position();
    String name = name(question);
    int type = question.getShort();
    int to = question.position() + 2;
    byte[] asked = new byte[to - from];
    question.get(from, asked);
    int known = codes.getOrDefault(name, zone.containsKey(name) ? 0 : NXDOMAIN);
    int code = codes.getOrDefault(name + " " + type, known);
    if (silent || code == SILENCE) {
      return null;
    }
    List<Item> items =
        code != 0
            ? List.of()
            : zone.getOrDefault(name, List.of()).stream()
                .filter(item -> item.type() == type || item.type() == CNAME)
                .toList();
    byte[] whole = message(id, code, false, asked, items);
    return whole.length <= largest ? whole : message(id, code, true, asked, List.of());
  }

  private static byte[] message(
      short id, int code, boolean truncated, byte[] asked, List<Item> items) {
    int size = 12 + asked.length + items.stream().mapToInt(item -> 12 + item.data().length).sum();
    ByteBuffer message = ByteBuffer.allocate(size);
    message.putShort(id);
    message.putShort((short) (0x8180 | (truncated ? 0x200 : 0) | code));
    message.putShort((short) 1).putShort((short) items.size()).putShort((short) 0);
    message.putShort((short) 0).put(asked);
    for (Item item : items) {
      message.putShort((short) 0xC00C); // the name that was asked for
      message.putShort((short) item.type()).putShort((short) 1).putInt(item.ttl());
      message.putShort((short) item.data().length).put(item.data());
    }
    return message.array();
  }

  private static String name(ByteBuffer from) {
    StringBuilder name = new StringBuilder();
    for (int length = from.get(); length != 0; length = from.get()) {
      byte[] label = new byte[length];
      from.get(label);
      name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
    }
    return name.toString();
  }

  private static byte[] encoded(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String label : name.equals(".") ? new String[0] : name.split("\\.")) {
      out.write(label.length());
      out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.write(0);
    return out.toByteArray();
  }

  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
