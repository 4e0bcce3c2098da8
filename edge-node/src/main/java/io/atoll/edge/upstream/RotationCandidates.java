package io.atoll.edge.upstream;

import io.atoll.config.BackendAddress;
import io.atoll.edge.balance.Backend;
import io.atoll.edge.balance.BackendSet;
import io.atoll.edge.balance.Balancer;
import io.atoll.edge.session.Candidates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backends of an upstream as sessions see them. Confined to one event loop.
 *
 * @param backends the upstream's
 * @param balancer the event loop's
 */
record RotationCandidates(BackendSet backends, Balancer balancer) implements Candidates {
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
    return backend != null && backends.rotation().contains(backend) ? backend.weight() : 0;
  }

  @Override
  public @Nullable BackendAddress pick(@Nullable BackendAddress except) {
    Backend failed = except == null ? null : backends.find(except.authority());
    Backend picked = balancer.pick(backends.rotation(), failed);
    return picked == null ? null : picked.address();
  }
}
