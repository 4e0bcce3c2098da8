package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Balancer;
import io.atoll.edge.balance.Picking;
import io.atoll.edge.session.Candidates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backends of an upstream as one request's session sees them. Confined to one event loop.
 *
 * @param backends the upstream's
 * @param balancer the event loop's
 * @param request that looks for one
 */
record RotationCandidates(BackendSet backends, Balancer balancer, Picking request)
    implements Candidates {
  @Override
  public List<BackendAddress> all() {
    return backends.all().stream().map(Backend::address).toList();
  }

  @Override
  public boolean usable(BackendAddress address) {
    Backend backend = backends.find(address.authority());
    return backend != null && (backend.keeps() || backends.rotation().contains(backend));
  }

  @Override
  public int weight(BackendAddress address) {
    Backend backend = backends.find(address.authority());
    return backend != null && !request.excludes(backend) && backends.rotation().contains(backend)
        ? backend.weight()
        : 0;
  }

  @Override
  public @Nullable BackendAddress pick(@Nullable BackendAddress except) {
    // The request knows itself where it has failed.
    Backend picked = balancer.choose(backends.rotation(), request);
    return picked == null ? null : picked.address();
  }
}
