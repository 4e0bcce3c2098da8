package io.atoll.edge.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A second opinion on what a request of HTTP/1.1 is, by the letter of RFC 9112 and nothing of the
 * node's: regular expressions over lines, one byte read at a time.
 */
public final class StrictRequests {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]";
  private static final String QUOTED =
      "\"([\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\" + TEXT + ")*\"";

  private static final Pattern REQUEST_LINE =
      Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e\\x80-\\xff]+) HTTP/1\\.[0-9]");
  private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):[ \\t]*(" + TEXT + "*)");
  private static final Pattern CHUNK =
      Pattern.compile("([0-9A-Fa-f]{1,15})(;" + TOKEN + "(=(" + TOKEN + "|" + QUOTED + "))?)*");

  private final InputStream in;

  /** Reads from a stream of bytes. */
  public StrictRequests(InputStream in) {
    this.in = in;
  }

  /**
   * A request.
   *
   * @param fields each as {@code name: value}, the name in lower case
   */
  public record Received(
      String method, String target, List<String> fields, String body, List<String> trailers) {
    /** The value of a field that is there once. */
    public String field(String name) {
      return value(fields, name);
    }
  }

  /** What came is no request. */
  public static final class NotARequest extends Exception {
    private static final long serialVersionUID = 1L;

    NotARequest(String what) {
      super(what);
    }
  }

  /** The next request; null where the stream ends before its first byte. */
  public @Nullable Received next() throws IOException, NotARequest {
    String first = line();
    if (first != null && first.isEmpty()) {
      first = line(); // one empty line is let pass: RFC 9112 section 2.2
    }
    if (first == null) {
      return null;
    }
    var start = REQUEST_LINE.matcher(first);
    require(start.matches(), first);
    List<String> fields = fields();
    List<String> lengths = values(fields, "content-length");
    List<String> codings = values(fields, "transfer-encoding");
    int hosts = values(fields, "host").size();
    require(hosts == 1 || (hosts == 0 && first.endsWith("1.0")), "Host " + fields);
    require(lengths.size() + codings.size() <= 1, "framed twice: " + fields);
    List<String> trailers = List.of();
    String body = "";
    if (!lengths.isEmpty()) {
      require(lengths.getFirst().matches("[0-9]{1,18}"), "length " + lengths);
      body = bytes(Long.parseLong(lengths.getFirst()));
    } else if (!codings.isEmpty()) {
      require(codings.getFirst().equalsIgnoreCase("chunked"), "coding " + codings);
      body = chunks();
      trailers = fields();
    }
    return new Received(start.group(1), start.group(2), fields, body, trailers);
  }

  private List<String> fields() throws IOException, NotARequest {
    List<String> fields = new ArrayList<>();
    for (String line = whole(); !line.isEmpty(); line = whole()) {
      var field = FIELD.matcher(line);
      require(field.matches(), line);
      fields.add(field.group(1).toLowerCase(Locale.ROOT) + ": " + field.group(2).strip());
    }
    return fields;
  }

  private String chunks() throws IOException, NotARequest {
    StringBuilder body = new StringBuilder();
    while (true) {
      String line = whole();
      var chunk = CHUNK.matcher(line);
      require(chunk.matches(), line);
      long size = Long.parseLong(chunk.group(1), 16);
      if (size == 0) {
        return body.toString();
      }
      body.append(bytes(size));
      require(whole().isEmpty(), "a chunk's end");
    }
  }

  private String bytes(long count) throws IOException, NotARequest {
    byte[] bytes = in.readNBytes((int) Math.min(count, 1 << 20));
    require(bytes.length == count, "the stream ended in a body");
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private String whole() throws IOException, NotARequest {
    String line = line();
    if (line == null) {
      throw new NotARequest("the stream ended in a head");
    }
    return line;
  }

  /** Up to CR LF, which is cut off. */
  private @Nullable String line() throws IOException, NotARequest {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\r') {
        require(in.read() == '\n', "CR alone");
        return line.toString(StandardCharsets.ISO_8859_1);
      }
      require(next != '\n', "LF alone");
      line.write(next);
    }
    require(line.size() == 0, "the stream ended in a line");
    return null;
  }

  private static List<String> values(List<String> fields, String name) {
    return fields.stream()
        .filter(field -> field.startsWith(name + ": "))
        .map(field -> field.substring(name.length() + 2))
        .toList();
  }

  private static String value(List<String> fields, String name) {
    List<String> values = values(fields, name);
    if (values.size() != 1) {
      throw new AssertionError(name + " is there " + values.size() + " times: " + fields);
    }
    return values.getFirst();
  }

  private static void require(boolean right, String otherwise) throws NotARequest {
    if (!right) {
      throw new NotARequest(otherwise);
    }
  }
}
