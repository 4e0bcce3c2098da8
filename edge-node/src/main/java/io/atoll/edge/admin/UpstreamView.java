package io.atoll.edge.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An upstream as this node sees it.
 *
 * @param name from the configuration
 * @param panic whether too few backends are healthy, so that all are used
 * @param backends in the order in which they are listed
 * @param version of what operators ordered of its backends
 * @param removed those that are listed, or were, and that operators removed
 * @param draining those that drain, or would if they were listed
 */
public record UpstreamView(
    String name,
    boolean panic,
    List<Backend> backends,
    long version,
    List<String> removed,
    List<String> draining) {
  /**
   * One backend.
   *
   * @param address {@code HOST:PORT}, as drain and undrain take it
   * @param weight its share, as it is listed
   * @param source who lists it: {@code config}, {@code dns} or {@code operator}; null: nobody any
   *     more
   * @param zone where it stands; null: nowhere
   * @param share the part of this node's new clients that is its by weight now, zones and slow
   *     start considered: 0 to 1
   * @param backup whether it is used only where no other is healthy
   * @param verdict the cluster's: {@code healthy}, {@code unhealthy} or {@code draining}
   * @param inRotation whether this node sends it new clients
   * @param ejected whether this node leaves it alone for itself
   * @param ejection why, and for how long yet; null where it doesn't
   * @param outstanding requests of this node under way there
   * @param observations what the observers last saw; empty where nobody checks
   */
  public record Backend(
      String address,
      int weight,
      @Nullable String source,
      @Nullable String zone,
      double share,
      boolean backup,
      String verdict,
      boolean inRotation,
      boolean ejected,
      @Nullable Ejection ejection,
      int outstanding,
      List<Observation> observations) {}

  /**
   * Why a node leaves a backend alone.
   *
   * @param reason as in {@code atoll_backend_ejections_total}
   * @param leftMillis until requests may try it; 0: one may now
   */
  public record Ejection(String reason, long leftMillis) {}

  /**
   * What one observer last saw.
   *
   * @param node the observer's id
   * @param healthy whether it would use the backend
   * @param ageMillis how long ago it said so
   */
  public record Observation(String node, boolean healthy, long ageMillis) {}
}
