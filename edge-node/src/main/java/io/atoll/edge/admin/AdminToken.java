package io.atoll.edge.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** What guards the API: a bearer token (RFC 6750), or nothing. Only its hash is held. */
final class AdminToken {
  private static final String SCHEME = "Bearer ";

  private final byte @Nullable [] hash;

  private AdminToken(byte @Nullable [] hash) {
    this.hash = hash;
  }

  /**
   * Reads the token from a file; blanks around it do not count. Blocks.
   *
   * @param file null: nothing guards
   * @throws IOException if it can't be read or is empty
   */
  static AdminToken read(@Nullable Path file) throws IOException {
    if (file == null) {
      return new AdminToken(null);
    }
    String token = Files.readString(file).strip();
    if (token.isEmpty()) {
      throw new IOException(file + ": the token file is empty");
    }
    return new AdminToken(hash(token));
  }

  /** Whether there is one. */
  boolean guards() {
    return hash != null;
  }

  /** Whether a request with this {@code Authorization} may pass. Takes as long for any token. */
  boolean admits(@Nullable String authorization) {
    if (hash == null) {
      return true;
    }
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    return MessageDigest.isEqual(hash, hash(authorization.substring(SCHEME.length()).strip()));
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }
}
