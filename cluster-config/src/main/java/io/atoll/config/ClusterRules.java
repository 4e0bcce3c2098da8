package io.atoll.config;

/** The cluster, this node and its administration. */
final class ClusterRules {
  private final Checks checks;

  ClusterRules(Checks checks) {
    this.checks = checks;
  }

  void check(EdgeConfig config) {
    cluster(config.cluster());
    node(config.node());
    admin(config.admin());
  }

  private void cluster(ClusterConfig cluster) {
    checks.demand(!cluster.name().isBlank(), cluster, "name", "expected a name, found nothing");
    secret(cluster);
    discovery(cluster);
    if (cluster.bind() == null) {
      return;
    }
    checks.port(cluster.bind().port(), cluster, "bind");
    checks.demand(
        !cluster.bind().isAny(),
        cluster,
        "bind",
        "expected the address that others reach, or a CIDR that picks it (0.0.0.0/0 takes any)");
    String missing = "required where cluster.bind is given, but not given";
    checks.demand(cluster.secret() != null, cluster, "secret", missing);
    checks.demand(cluster.discovery() != null, cluster, "discovery", missing);
  }

  private void secret(ClusterConfig cluster) {
    String secret = cluster.secret();
    int length = secret == null ? 0 : ClusterSecret.decode(secret).length;
    checks.demand(
        secret == null || length >= ClusterSecret.MIN_BYTES,
        cluster,
        "secret",
        "expected " + ClusterSecret.MIN_BYTES + " bytes or more, found " + length);
  }

  private void discovery(ClusterConfig cluster) {
    HostPort advertise = cluster.advertise();
    if (advertise != null) {
      checks.host(advertise, cluster, "advertise");
      checks.port(advertise.port(), cluster, "advertise");
    }
    switch (cluster.discovery()) {
      case ClusterConfig.Members members -> {
        checks.demand(!members.members().isEmpty(), members, "", "expected one member at least");
        for (int i = 0; i < members.members().size(); i++) {
          HostPort member = members.members().get(i);
          checks.host(member, members, "[" + i + "]");
          checks.port(member.port(), members, "[" + i + "]");
        }
      }
      case ClusterConfig.Dns dns -> {
        checks.port(dns.port(), dns, "port");
        checks.demand(
            Scalars.isName(dns.name()),
            dns,
            "name",
            "expected a DNS name, found '" + dns.name() + "'");
      }
      case ClusterConfig.Kubernetes _ -> {}
      case null -> {}
    }
  }

  private void node(NodeConfig node) {
    if (node.id() != null) {
      checks.name(node.id(), node, "id");
    }
    if (node.zone() != null) {
      checks.name(node.zone(), node, "zone");
    }
    checks.range(node.eventLoops(), 0, 1024, node, "eventLoops");
  }

  private void admin(AdminConfig admin) {
    if (admin.tokenFile() != null) {
      checks.readable(admin.tokenFile(), admin, "tokenFile");
    } else if (!admin.bind().isLoopback()) {
      checks.report(admin, "tokenFile", "required where admin.bind is not loopback, but not given");
    }
  }
}
