package io.atoll.edge.testkit;

import io.atoll.config.ConfigReader;
import io.atoll.config.EdgeConfig;
import io.atoll.config.UpstreamConfig;
import java.nio.file.Path;

/** The configuration of an upstream as a user writes it, so that tests say only what they mean. */
public final class UpstreamText {
  private UpstreamText() {}

  /** An upstream with these keys, and one backend that nobody connects to. */
  public static UpstreamConfig upstream(String name, String yaml) {
    return read(name, "backends: [{address: \"http://127.0.0.1:9001\"}]\n" + yaml.stripIndent());
  }

  /** An upstream whose backends DNS names, with these keys. */
  public static UpstreamConfig discovered(String name, String discovery, String yaml) {
    return read(name, "discovery: " + discovery + "\n" + yaml.stripIndent());
  }

  private static UpstreamConfig read(String name, String keys) {
    String file =
        """
        listeners: [{name: http, bind: 127.0.0.1:0}]
        upstreams:
          - name: %s
        %s
        routes: [{name: all, proxy: {upstream: %s}}]
        """
            .formatted(name, keys.strip().indent(4).stripTrailing(), name);
    return switch (ConfigReader.parse(file, Path.of("test.yaml"), _ -> null)) {
      case ConfigReader.Loaded(EdgeConfig config) -> config.upstreams().getFirst();
      case ConfigReader.Rejected rejected -> throw new AssertionError(rejected.errors());
    };
  }
}
