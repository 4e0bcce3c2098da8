package io.atoll.config;

/**
 * One thing wrong with a configuration file. Its text is {@code FILE:LINE:COL: KEY: message}, on
 * one line.
 *
 * @param file the file as it was named by the caller
 * @param line from 1
 * @param column from 1, in characters
 * @param key a dotted path with indexes ({@code upstreams[0].balance}); {@code .} for the whole
 * @param message what was expected and what was found; never the value of a secret
 */
public record ConfigError(String file, int line, int column, String key, String message) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + key + ": " + message;
  }
}
