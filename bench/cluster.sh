#!/usr/bin/env bash
# What a whole cluster does while things go wrong: three and five nodes as processes, backends that misbehave on command, clients
# that hop between the nodes at every request. Prints a figure for each promise, and exits with 1 where a goal is missed, or a
# scenario can't run because nodes refuse what it needs.
#
#   cluster.sh [SCENARIO...]      all of them where none is named; a wrong name lists them
#
# Everything listens on loopback, ports 19200 to 19500. `cut` needs root, iptables and setpriv: it refuses the packets of one
# node's user to one backend for ten seconds. REQUESTS (default 1000000) is how many `sessions` makes;
# `shares`, `slow` and `hot` draw diagrams into IMAGES (default bench/target/images).
# Needs `./mvnw package -DskipTests` before.
set -euo pipefail
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=.mvn/jdk25.sh
. "$home/.mvn/jdk25.sh"

jar=$home/bench/target/benchmarks.jar
node=$home/edge-node/target/atoll.jar
for built in "$jar" "$node"; do
  [ -f "$built" ] || { echo "missing: $built (build it with ./mvnw package -DskipTests)" >&2; exit 2; }
done
exec "$JAVA_HOME/bin/java" "@$home/edge-node/src/main/jvm/flags" -Xmx512m \
  -Drequests="${REQUESTS:-1000000}" -Dimages="${IMAGES:-$home/bench/target/images}" \
  -cp "$jar:$node" io.atoll.bench.cluster.Show "$@"
