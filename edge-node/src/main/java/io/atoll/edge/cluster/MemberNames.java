package io.atoll.edge.cluster;

import com.hazelcast.cluster.Member;

/** The node id that a member carries as an attribute. */
final class MemberNames {
  private MemberNames() {}

  static String of(Member member) {
    String name = member.getAttribute("node");
    return name == null ? member.getUuid().toString() : name;
  }
}
