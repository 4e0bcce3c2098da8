package io.atoll.edge.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;

/**
 * The console: one page without parts elsewhere, which holds nothing itself and asks the API.
 *
 * @param html the page
 * @param policy its Content-Security-Policy: its own script and style, and this origin to ask
 */
record ConsolePage(Buffer html, String policy) {
  /** Reads the page from the jar. */
  static ConsolePage load() {
    try (InputStream in =
        Objects.requireNonNull(ConsolePage.class.getResourceAsStream("console.html"))) {
      String html = new String(in.readAllBytes(), UTF_8);
      String policy =
          "default-src 'none'; connect-src 'self'; script-src "
              + hash(html, "script")
              + "; style-src "
              + hash(html, "style")
              + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
      return new ConsolePage(Buffer.buffer(html), policy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String html, String element) {
    int start = html.indexOf("<" + element + ">") + element.length() + 2;
    String text = html.substring(start, html.indexOf("</" + element + ">"));
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }
}
