// Makes, takes and checks bodies of any size, without a disk. static.sh, bodies.sh and large.sh compile and run it:
//
//   Bodies origin PORT RATE                              an origin for HTTP/1.1, until a signal ends it
//   Bodies make BYTES                                    a body on standard output
//   Bodies load METHOD URL BYTES CONNECTIONS SECONDS RATE
//
// The origin answers GET /BYTES with so many bytes, and PUT or POST with 200 if all that Content-Length promised came and
// was right, else 422. Below /slow/ it reads and writes at RATE bytes a second.
//
// The load keeps CONNECTIONS busy for SECONDS, finishes what is under way and prints one line: requests, requests a second,
// p50 and p99 in microseconds, errors, bytes of bodies. An error is a status but 200, a body that is too short, too long or
// wrong, a broken connection, or 60 s of silence. SECONDS 0: until a signal ends it, in the middle of a body. RATE bytes a second for each
// connection; 0: as fast as it goes. TLS is 1.3 with AES-128-GCM, so that all servers encrypt the same way.

import java.security.cert.X509Certificate;

/** What repeats in a body; a prime, so that a part that is lost, doubled or moved shows. */
static final int PERIOD = 65_521;

static final int PART = 64 << 10;
static final int SILENCE_MILLIS = 60_000;
static final byte[] PATTERN = pattern();

void main(String[] args) throws Exception {
  switch (args[0]) {
    case "origin" -> origin(Integer.parseInt(args[1]), Long.parseLong(args[2]));
    case "make" -> write(System.out, Long.parseLong(args[1]), new Pace(0), _ -> {});
    case "load" ->
        new Load(
                args[1],
                URI.create(args[2]),
                Long.parseLong(args[3]),
                Integer.parseInt(args[4]),
                Integer.parseInt(args[5]),
                Long.parseLong(args[6]))
            .run();
    default -> throw new IllegalArgumentException("no such mode: " + args[0]);
  }
  System.out.flush();
}

static byte[] pattern() {
  byte[] bytes = new byte[PERIOD + PART];
  new Random(1).nextBytes(bytes);
  for (int i = PERIOD; i < bytes.length; i++) {
    bytes[i] = bytes[i - PERIOD];
  }
  return bytes;
}

static void write(OutputStream to, long bytes, Pace pace, IntConsumer moved) throws IOException {
  for (long at = 0; at < bytes; ) {
    int length = (int) Math.min(pace.part(), bytes - at);
    to.write(PATTERN, (int) (at % PERIOD), length);
    at += length;
    moved.accept(length);
    pace.after(length);
  }
}

static void origin(int port, long rate) throws IOException {
  try (ServerSocket server = new ServerSocket()) {
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 512);
    while (true) {
      Socket client = server.accept();
      Thread.ofPlatform().daemon().start(() -> serve(client, rate));
    }
  }
}

static void serve(Socket client, long rate) {
  try (Wire wire = new Wire(client)) {
    for (Head head = wire.head(); head != null; head = wire.head()) {
      String[] line = head.first().split(" ");
      Pace pace = new Pace(line[1].startsWith("/slow/") ? rate : 0);
      if (line[1].equals("/healthz")) {
        wire.text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      } else if (line[0].equals("GET")) {
        long bytes = Long.parseLong(line[1].substring(line[1].lastIndexOf('/') + 1));
        wire.text("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: " + bytes + "\r\n\r\n");
        write(wire.out, bytes, pace, _ -> {});
      } else {
        boolean right = wire.take(head.length(), pace, _ -> {});
        wire.text("HTTP/1.1 " + (right ? "200 OK" : "422 Wrong Body") + "\r\nContent-Length: 0\r\n\r\n");
      }
    }
  } catch (IOException | RuntimeException e) {
    // The other side sees a broken connection, and counts it.
  }
}

/** The first line and what matters of the fields; a length of -1 is none. */
record Head(String first, long length, boolean last) {}

/** A connection, and what was read ahead from it. */
static final class Wire implements AutoCloseable {
  final Socket socket;
  final InputStream in;
  final OutputStream out;
  private final byte[] buffer = new byte[PART];
  private int from;
  private int to;

  Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  void text(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Null at the end of the connection. */
  Head head() throws IOException {
    String first = line();
    if (first == null) {
      return null;
    }
    long length = -1;
    boolean last = false;
    for (String line = line(); line != null && !line.isEmpty(); line = line()) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring(15).strip());
      } else if (lower.startsWith("connection:")) {
        last = lower.contains("close");
      }
    }
    return new Head(first, length, last);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (from == to && !fill(PART)) {
        return null;
      }
      char c = (char) (buffer[from++] & 0xff);
      if (c == '\n') {
        return line.toString().strip();
      }
      line.append(c);
    }
  }

  private boolean fill(int most) throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer, 0, most));
    return to > 0;
  }

  /** Reads a body to its end; whether it was right. */
  boolean take(long bytes, Pace pace, IntConsumer moved) throws IOException {
    if (bytes < 0) {
      throw new IOException("no length");
    }
    boolean right = true;
    for (long at = 0; at < bytes; ) {
      if (from == to && !fill(pace.part())) {
        throw new EOFException("ended at " + at);
      }
      int length = (int) Math.min(to - from, bytes - at);
      int start = (int) (at % PERIOD);
      right &= Arrays.mismatch(buffer, from, from + length, PATTERN, start, start + length) < 0;
      from += length;
      at += length;
      moved.accept(length);
      pace.after(length);
    }
    return right;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

/** Keeps to a rate of bytes a second; 0: none. */
static final class Pace {
  private final long rate;
  private final long begun = System.nanoTime();
  private long moved;

  Pace(long rate) {
    this.rate = rate;
  }

  /** The most to move at once: sixteen parts a second. */
  int part() {
    return rate == 0 ? PART : (int) Math.clamp(rate / 16, 1, PART);
  }

  void after(int length) {
    moved += length;
    if (rate > 0) {
      long wait = begun + (long) (moved * 1e9 / rate) - System.nanoTime();
      if (wait > 0) {
        LockSupport.parkNanos(wait);
      }
    }
  }
}

/** Connections that ask again and again. */
static final class Load {
  private final String method;
  private final URI url;
  private final long bytes;
  private final int connections;
  private final int seconds;
  private final long rate;
  private final LongAdder moved = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final ConcurrentLinkedQueue<Long> micros = new ConcurrentLinkedQueue<>();
  private final Set<String> causes = ConcurrentHashMap.newKeySet();
  private long begun;

  Load(String method, URI url, long bytes, int connections, int seconds, long rate) {
    this.method = method;
    this.url = url;
    this.bytes = bytes;
    this.connections = connections;
    this.seconds = seconds;
    this.rate = rate;
  }

  void run() throws GeneralSecurityException, InterruptedException {
    if (url.getScheme().equals("https")) {
      warm();
    }
    begun = System.nanoTime();
    Runtime.getRuntime().addShutdownHook(new Thread(this::report));
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      threads.add(Thread.ofPlatform().daemon().start(this::work));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** What encrypts is compiled before it counts, else a cold JVM would hold the proxy back. */
  private static void warm() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    Key key = new SecretKeySpec(new byte[16], "AES");
    ByteBuffer plain = ByteBuffer.allocate(PART);
    ByteBuffer sealed = ByteBuffer.allocate(PART);
    long end = System.nanoTime() + 2_000_000_000L;
    for (long i = 0; System.nanoTime() < end; i++) {
      byte[] nonce = ByteBuffer.allocate(12).putLong(4, i).array();
      for (int mode : new int[] {Cipher.ENCRYPT_MODE, Cipher.DECRYPT_MODE}) {
        boolean seals = mode == Cipher.ENCRYPT_MODE;
        cipher.init(mode, key, new GCMParameterSpec(128, nonce));
        ByteBuffer from = seals ? plain.clear().limit(16 << 10) : sealed.flip();
        cipher.doFinal(from, seals ? sealed.clear() : plain.clear());
      }
    }
  }

  private boolean isOver() {
    return seconds > 0 && System.nanoTime() - begun > seconds * 1_000_000_000L;
  }

  private void work() {
    do {
      try (Wire wire = connect()) {
        boolean last = false;
        do {
          last = ask(wire);
        } while (!last && !isOver());
      } catch (IOException e) {
        errors.increment();
        causes.add(e.toString());
        LockSupport.parkNanos(100_000_000);
      }
    } while (!isOver());
  }

  /** One request; whether the connection ends with it. */
  private boolean ask(Wire wire) throws IOException {
    long start = System.nanoTime();
    boolean up = !method.equals("GET");
    wire.text(
        method + " " + url.getRawPath() + " HTTP/1.1\r\nHost: localhost\r\n"
            + (up ? "Content-Type: application/octet-stream\r\nContent-Length: " + bytes + "\r\n" : "")
            + "\r\n");
    if (up) {
      write(wire.out, bytes, new Pace(rate), moved::add);
    }
    Head head = wire.head();
    if (head == null) {
      throw new EOFException("closed without a response");
    }
    if (!head.first().startsWith("HTTP/1.1 200") || (!up && head.length() != bytes)) {
      throw new IOException(head.first() + ", Content-Length " + head.length());
    }
    if (!wire.take(head.length(), up ? new Pace(0) : new Pace(rate), up ? _ -> {} : moved::add)) {
      throw new IOException("wrong body");
    }
    micros.add((System.nanoTime() - start) / 1000);
    return head.last();
  }

  private Wire connect() throws IOException {
    Socket socket = new Socket();
    if (rate > 0) {
      socket.setReceiveBufferSize(PART); // else the kernel would take megabytes in advance
      socket.setSendBufferSize(PART);
    }
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), 5000);
    socket.setSoTimeout(SILENCE_MILLIS);
    if (url.getScheme().equals("https")) {
      socket = secure(socket);
    }
    return new Wire(socket);
  }

  private Socket secure(Socket plain) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {new Trusting()}, null);
      SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", url.getPort(), true);
      socket.setEnabledProtocols(new String[] {"TLSv1.3"});
      socket.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
      socket.startHandshake();
      return socket;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private void report() {
    double took = (System.nanoTime() - begun) / 1e9;
    long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%d %.1f %d %d %d %d%n",
        sorted.length, sorted.length / took, at(sorted, 50), at(sorted, 99), errors.sum(), moved.sum());
    System.out.flush();
    causes.stream().limit(5).forEach(System.err::println);
  }

  private static long at(long[] sorted, int percent) {
    return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }
}

/** The certificate was made a moment ago for this run. */
static final class Trusting extends X509ExtendedTrustManager {
  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
