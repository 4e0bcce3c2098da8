#!/usr/bin/env bash
# Very large bodies through one node with a small heap, among slow ones, while others are served.
#
#   large.sh PROJECT_DIR
#
# GIB (default 10) GiB go down and as many up, one after the other, as fast as they go. All the while SLOW (default 10) clients of
# each kind move a body at RATE (default 262144) bytes a second for each connection:
#   readers    clients that read slowly what the origin sends fast
#   writers    clients that send slowly
#   origin     clients that send fast what the origin reads slowly
# and wrk asks for bodies of 1 KiB over 8 connections. Before the large bodies come, wrk is measured for EACH seconds alone, then among the
# slow ones, to compare with.
#
# Printed: CPU time (the small requests' included), throughput and peak resident memory of each phase; latency of the small requests; what the slow ones moved; then
# what was expected and did not come true: errors, memory above BOUND (default 512) MiB, slow bodies under 80 per cent of
# their rate. The exit code is 1 then. Origin and load are Bodies.java: no disk, and every byte is checked.
#
# GIB=10  SLOW=10  RATE=262144  EACH=6  WARM=25  HEAP=256m (-Xmx)  BOUND=512  LIMIT=600 (seconds for each direction)
# Needs Debian's wrk openssl curl python3 procps. About 2 minutes where a GiB takes 3 seconds. See lib.sh.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"
need wrk openssl curl python3 pgrep
begin "${1:?PROJECT_DIR}"
gib=${GIB:-10} slow=${SLOW:-10} rate=${RATE:-262144} bound=${BOUND:-512} limit=${LIMIT:-600}
bytes=$((gib << 30)) endless=$((1 << 40))

start_origin "$rate"
start_atoll <<CONF
listeners:
  - {name: plain, bind: "127.0.0.1:19130", limits: {body: 0}}
upstreams:
  - {name: origin, backends: [{address: "http://127.0.0.1:19101"}], timeouts: {firstByte: 1h}}
routes:
  - {name: all, match: {path: /}, proxy: {upstream: origin}}
CONF
atoll_pid=$last
url=http://127.0.0.1:19130

small() { wrk_load "$url/1024" 8 "$1"; } # SECONDS
creep() { # NAME METHOD PATH RATE
  taskset -c 1 "$JAVA_HOME/bin/java" -Xmx64m -XX:+UseSerialGC -cp "$dir" Bodies load "$2" "$url$3" $endless "$slow" 0 "$4" \
    > "$dir/$1.slow" 2>> "$dir/peers.log" &
  pids+=($!)
  slow_pids+=($!)
}
phase() { # NAME COMMAND...: its line, and small requests meanwhile
  local before after began=$EPOCHREALTIME row
  small $((limit + 60)) > "$dir/small.$1" &
  local beside=$!
  pids+=("$beside")
  forget_peak "$atoll_pid"
  before=$(ticks "$atoll_pid")
  row=$("${@:2}") || row="0 0 0 0 1 0"
  after=$(ticks "$atoll_pid")
  # An interrupted wrk reports what it has.
  pkill -INT -P "$beside" wrk || true
  wait "$beside" || true
  echo "$1 $(((after - before) * 10)) $began $EPOCHREALTIME $(memory "$atoll_pid" VmHWM) $(memory "$atoll_pid" VmRSS) $row $(cat "$dir/small.$1")" \
    >> "$dir/results"
}
pause() { sleep "$1"; echo "0 0 0 0 0 0"; }
direction() { # METHOD
  timeout "$limit" taskset -c 1 "$JAVA_HOME/bin/java" -Xmx64m -XX:+UseSerialGC -cp "$dir" Bodies load "$1" "$url/$bytes" "$bytes" 1 1 0 \
    2>> "$dir/peers.log"
}

small "$warm" > /dev/null
phase alone pause "$seconds"
slow_pids=()
began=$SECONDS
creep readers GET /$endless "$rate"
creep writers PUT /up "$rate"
creep origin PUT /slow/up 0
phase slow pause "$seconds"
phase down direction GET
phase up direction PUT
took=$((SECONDS - began))
for p in "${slow_pids[@]}"; do kill "$p"; done
wait "${slow_pids[@]}" || true
curl -sf -m 5 "$url/healthz" > /dev/null || echo "the node does not answer any more" >> "$dir/peers.log"

python3 - "$dir" "$gib" "$slow" "$rate" "$took" "$bound" <<'PY'
import sys
d, (gib, slow, rate, took, bound) = sys.argv[1], map(int, sys.argv[2:])
wrong = []
print(f"{'phase':9}{'seconds':>9}{'cpu s':>8}{'ms/GiB':>9}{'MiB/s':>8}{'peak MiB':>10}{'end MiB':>9}{'small req/s':>13}{'p50 us':>9}{'p99 us':>9}{'errors':>8}")
for line in open(d + "/results"):
    f = line.split()
    name, cpu, began, ended, peak, rss = f[0], int(f[1]), float(f[2]), float(f[3]), int(f[4]) / 1024, int(f[5]) / 1024
    n, _, _, _, bad, moved = map(float, f[6:12])
    small = list(map(float, f[12:])) or [0, 0, 0, 0, 1, 0]
    errors = int(bad + small[4])
    g = moved / 2**30
    print(f"{name:9}{ended - began:9.1f}{cpu / 1000:8.1f}{cpu / g if g else 0:9.0f}{moved / 2**20 / (ended - began):8.0f}{peak:10.0f}{rss:9.0f}"
          f"{small[1]:13.0f}{small[2]:9.0f}{small[3]:9.0f}{errors:8}")
    if name in ("down", "up") and (n != 1 or moved != gib * 2**30):
        wrong.append(f"{name}: {moved / 2**30:.2f} of {gib} GiB came")
    if errors:
        wrong.append(f"{name}: {errors} errors")
    if peak > bound:
        wrong.append(f"{name}: {peak:.0f} MiB of resident memory, above {bound}")
for name in ("readers", "writers", "origin"):
    f = open(f"{d}/{name}.slow").read().split()
    if len(f) != 6:
        wrong.append(f"slow {name}: no report")
        continue
    bad, moved = int(f[4]), int(f[5])
    print(f"slow {name:9}{moved / 2**20:8.0f} MiB over {slow} connections in {took} s, {moved / slow / max(1, took) / 1024:.0f} KiB/s each, {bad} errors")
    if bad:
        wrong.append(f"slow {name}: {bad} errors")
    if moved < 0.8 * slow * rate * took:
        wrong.append(f"slow {name}: less than 80 per cent of the rate")
print("\n".join("WRONG " + w for w in wrong) or "all as expected")
sys.exit(bool(wrong))
PY
