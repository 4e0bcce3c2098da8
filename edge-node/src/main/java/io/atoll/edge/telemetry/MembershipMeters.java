package io.atoll.edge.telemetry;

import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Which backends upstreams have, and by whom. */
public final class MembershipMeters {
  private static final String BACKENDS = "atoll.upstream.backends";
  private static final String VERSION = "atoll.upstream.orders.version";

  private MembershipMeters() {}

  /** Binds how many backends of an upstream one source lists, in place of what was bound before. */
  public static void backends(
      Telemetry telemetry, String upstream, String source, IntSupplier count) {
    telemetry.gauge(BACKENDS, count::getAsInt, "upstream", upstream, "source", source);
  }

  /** Binds the version of an upstream's orders, in place of what was bound before. */
  public static void version(Telemetry telemetry, String upstream, LongSupplier version) {
    telemetry.gauge(VERSION, version::getAsLong, "upstream", upstream);
  }

  /** Takes those of an upstream out. */
  public static void remove(Telemetry telemetry, String upstream) {
    telemetry.removeOf(List.of(BACKENDS, VERSION), "upstream", upstream);
  }
}
