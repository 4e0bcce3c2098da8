# Sourced by static.sh, compress.sh, bodies.sh and large.sh: processes on their processors, what they cost, and the table.
# As in compare.sh: what is measured runs on processor 0, origin and load on processor 1; the figure to trust is CPU time of
# a proxy's own processes (from /proc/PID/stat). Everything listens on loopback ports 19100 to 19199; only one of these
# programs can run at a time. A signal ends them when the turn under way is over.
set -euo pipefail
PATH=$PATH:/usr/sbin
rounds=${ROUNDS:-3} seconds=${EACH:-6} warm=${WARM:-25} heap=${HEAP:-256m}
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

need() { # COMMAND...
  local c
  for c in "$@"; do
    command -v "$c" >/dev/null || { echo "missing: $c" >&2; exit 2; }
  done
}

pids=()
cleanup() {
  local p all
  trap '' INT TERM
  all=$(tree "${pids[@]}")
  for p in $all; do kill "$p" 2>/dev/null || true; done
  sleep 1
  for p in $all; do kill -9 "$p" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$dir"
}

begin() { # PROJECT_DIR: sets project and dir, which is taken away at the end
  project=$(cd "$1" && pwd)
  # shellcheck source=../.mvn/jdk25.sh
  . "$here/../.mvn/jdk25.sh"
  dir=$(mktemp -d)
  chmod 755 "$dir"
  trap cleanup EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/k.pem" -out "$dir/c.pem" -days 30 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
  : > "$dir/results"
}

start() { # PROCESSOR COMMAND... -> last
  taskset -c "$1" "${@:2}" >> "$dir/peers.log" 2>&1 &
  last=$!
  pids+=("$last")
}

await() { # URL SECONDS WHAT LOG
  local deadline=$((SECONDS + $2))
  until curl -skf -m 2 -o /dev/null "$1"; do
    ((SECONDS < deadline)) || { echo "$3 did not become ready:" >&2; tail -20 "$4" >&2; exit 1; }
    sleep 0.2
  done
}

# Reads what goes into http {} from standard input.
start_nginx() { # NAME PROCESSOR READY_URL -> last
  {
    echo "user root; daemon off; worker_processes 1; pid $dir/$1.pid; error_log $dir/$1.err; events { worker_connections 4096; }"
    echo "http { access_log off; server_tokens off; keepalive_requests 1000000000; client_max_body_size 0;"
    echo "client_body_temp_path $dir/$1.body; proxy_temp_path $dir/$1.proxy;"
    cat
    echo "}"
  } > "$dir/$1.conf"
  start "$2" nginx -c "$dir/$1.conf"
  await "$3" 10 "nginx ($1)" "$dir/peers.log"
}

# Reads the configuration from standard input, all but node, admin and telemetry.
start_atoll() { # -> last
  {
    echo 'node: {id: bench, eventLoops: 1, drain: {delay: 0s, timeout: 1s}}'
    echo 'admin: {bind: "127.0.0.1:19190"}'
    echo 'telemetry: {accessLog: {format: "off"}}'
    cat
  } > "$dir/edge.yaml"
  # Built and rehearsed before, on all processors.
  (cd "$project" && JDK_JAVA_OPTIONS="-Xmx$heap" ./atoll validate --config "$dir/edge.yaml" > "$dir/atoll.log" 2>&1) \
    || { cat "$dir/atoll.log" >&2; exit 1; }
  JDK_JAVA_OPTIONS="-Xmx$heap" taskset -c 0 "$project/atoll" run --config "$dir/edge.yaml" > "$dir/atoll.log" 2>&1 &
  last=$!
  pids+=("$last")
  await http://127.0.0.1:19190/readyz 120 Atoll "$dir/atoll.log"
}

bodies() { # ARGUMENT...: Bodies.java, compiled at its first use
  [[ -f $dir/Bodies.class ]] || "$JAVA_HOME/bin/javac" -d "$dir" "$here/Bodies.java"
  taskset -c 1 "$JAVA_HOME/bin/java" -Xmx128m -XX:+UseSerialGC -cp "$dir" Bodies "$@"
}

start_origin() { # RATE -> last; port 19101
  [[ -f $dir/Bodies.class ]] || "$JAVA_HOME/bin/javac" -d "$dir" "$here/Bodies.java"
  start 1 "$JAVA_HOME/bin/java" -Xmx128m -XX:+UseSerialGC -cp "$dir" Bodies origin 19101 "$1"
  await http://127.0.0.1:19101/healthz 20 "the origin" "$dir/peers.log"
}

tree() { local p; for p in "$@"; do echo "$p"; tree $(pgrep -P "$p" || true); done; }

ticks() { # PID -> clock ticks of user and system time of it and its children
  local sum=0 p f
  for p in $(tree "$1"); do
    f=($(sed 's/.*) //' "/proc/$p/stat" 2>/dev/null)) || continue
    sum=$((sum + f[11] + f[12]))
  done
  echo $sum
}

forget_peak() { # PID: the peak of resident memory is what there is now
  local p
  for p in $(tree "$1"); do echo 5 > "/proc/$p/clear_refs" 2>/dev/null || true; done
}

memory() { # PID VmHWM|VmRSS -> KiB of it and its children, at its peak or now
  local sum=0 p
  for p in $(tree "$1"); do
    sum=$((sum + $(sed -n "s/^$2:[[:space:]]*\([0-9]*\) kB/\1/p" "/proc/$p/status" 2>/dev/null || true) + 0))
  done
  echo $sum
}

# Both print: requests, a second, p50 us, p99 us, errors, bytes.
wrk_load() { # URL CONNECTIONS SECONDS HEADER...
  local h=() x
  for x in "${@:4}"; do h+=(-H "$x"); done
  cat > "$dir/report.lua" <<'LUA'
done = function(s, l, r)
  local e = s.errors
  io.write(string.format("REPORT %d %.1f %d %d %d %d\n", s.requests, s.requests / (s.duration / 1e6), l:percentile(50),
    l:percentile(99), e.connect + e.read + e.write + e.status + e.timeout, s.bytes))
end
LUA
  taskset -c 1 wrk -t1 -c"$2" -d"$3"s "${h[@]}" -s "$dir/report.lua" "$1" | sed -n 's/^REPORT //p'
}
body_load() { # METHOD URL BYTES CONNECTIONS SECONDS
  timeout $(($5 + 300)) taskset -c 1 "$JAVA_HOME/bin/java" -Xmx128m -XX:+UseSerialGC -cp "$dir" Bodies load "$@" 0 2>> "$dir/peers.log"
}

measure() { # SCENARIO NAME UNIT PID COMMAND...: one line of results; UNIT: req, MiB, GiB
  local before after row began=$EPOCHREALTIME
  forget_peak "$4"
  before=$(ticks "$4")
  row=$("${@:5}") || row="0 0 0 0 1 0"
  after=$(ticks "$4")
  echo "$1 $2 $3 $(((after - before) * 10000)) $row $(memory "$4" VmHWM) $began $EPOCHREALTIME" >> "$dir/results"
}

# Medians of the rounds. CPU time is in us for a request, ms for a MiB or GiB.
report() {
  python3 - "$dir/results" <<'PY'
import collections, statistics, sys
rows, units = collections.defaultdict(list), {}
for line in open(sys.argv[1]):
    scenario, name, unit, cpu, n, rate, p50, p99, bad, moved, rss, began, ended = line.split()
    cpu, n, moved = float(cpu), int(n), int(moved)
    amount = {"req": n, "MiB": moved / 2**20, "GiB": moved / 2**30}[unit]
    scale = 1 if unit == "req" else 1000
    units[scenario, name] = f"{'us' if unit == 'req' else 'ms'}/{unit}"
    cost = cpu / scale / amount if amount else float("nan")
    seconds = n / float(rate) if float(rate) else float(ended) - float(began)
    speed = moved / 2**20 / seconds if seconds else 0
    rows[scenario, name].append((cost, float(rate), speed, int(p50), int(p99), int(bad), int(rss) / 1024))
median = {k: [statistics.median(c) for c in zip(*v)] for k, v in rows.items()}
print(f"{'scenario':12}{'proxy':14}{'cpu':>10} {'':7}{'req/s':>9}{'MiB/s':>9}{'p50 us':>10}{'p99 us':>10}{'errors':>8}{'peak MiB':>10}")
for (s, name), (cpu, rate, speed, p50, p99, _, rss) in median.items():
    bad = sum(r[5] for r in rows[s, name])
    print(f"{s:12}{name:14}{cpu:10.2f} {units[s, name]:7}{rate:9.1f}{speed:9.0f}{p50:10.0f}{p99:10.0f}{bad:8}{rss:10.1f}")
for s in dict.fromkeys(k[0] for k in median):
    if (s, "atoll") in median:
        print("ratio", s, *(f"atoll/{n}={median[s, 'atoll'][0] / v[0]:.2f}" if v[0] else f"atoll/{n}=?"
                            for (t, n), v in median.items() if t == s and n != "atoll"))
PY
  if grep -q . "$dir/peers.log" 2>/dev/null; then
    echo "what origin, load and peers complained of:" >&2
    sort "$dir/peers.log" | uniq -c | sort -rn | head -10 >&2
  fi
}
