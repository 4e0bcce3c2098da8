#!/usr/bin/env bash
# What passing a large body on costs in CPU time and memory: Atoll beside nginx as proxies, bodies down (GET) and up (PUT).
#
#   bodies.sh PROJECT_DIR [SCENARIO...]      scenarios: down1m up1m down1g up1g and tls-down1m ... tls-up1g   (default: all)
#
# CPU milliseconds per GiB of each proxy's own processes, throughput, latency of a whole body and peak resident memory; the medians of
# ROUNDS (default 3) rounds in turn. nginx does without temporary files (proxy_max_temp_file_size 0, proxy_request_buffering off),
# as Atoll has none. Origin and load are Bodies.java: no disk, and every byte is checked. 1 MiB over CONNECTIONS (default
# 16), 1 GiB over 2. The `tls-` ones are HTTP/1.1 over TLS 1.3 to the client; the origin speaks clear text. Their downloads are checked
# in one turn of 2 s and then made by wrk, since Java decrypts too slowly to keep a proxy busy; wrk leaves the last ones unfinished
# and counts their bytes, so there may be no latency for 1 GiB.
#
# ROUNDS=3  EACH=6 (seconds of each turn, and a body to its end)  WARM=25 (Atoll's first turn, uncounted)  HEAP=256m (-Xmx)
# DIRECTIVES (more directives, such as "proxy_buffer_size 64k; proxy_buffers 8 64k;": nginx comes with 4 KiB and 8 of 4 KiB)
# Needs Debian's nginx wrk openssl curl python3 procps. About 2 minutes for each scenario. See lib.sh.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"
need nginx wrk openssl curl python3 pgrep
begin "${1:?PROJECT_DIR}"
shift
scenarios=("$@")
((${#scenarios[@]})) || scenarios=({,tls-}{down,up}1{m,g})
for s in "${scenarios[@]}"; do
  [[ $s =~ ^(tls-)?(down|up)1[mg]$ ]] || { echo "no such scenario: $s" >&2; exit 2; }
done
connections=${CONNECTIONS:-16}

start_origin 0
start_nginx proxy 0 http://127.0.0.1:19110/healthz <<CONF
  upstream u { server 127.0.0.1:19101; keepalive 64; keepalive_requests 1000000000; }
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host \$host;
  proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
  proxy_request_buffering off; proxy_max_temp_file_size 0; proxy_read_timeout 600s; ${DIRECTIVES:-}
  server { listen 127.0.0.1:19110; location / { proxy_pass http://u; } }
  server { listen 127.0.0.1:19111 ssl; ssl_certificate $dir/c.pem; ssl_certificate_key $dir/k.pem; ssl_protocols TLSv1.3;
    location / { proxy_pass http://u; } }
CONF
nginx_pid=$last
start_atoll <<CONF
listeners:
  - {name: plain, bind: "127.0.0.1:19130", limits: {body: 0}}
  - {name: secure, bind: "127.0.0.1:19131", limits: {body: 0}, tls: {certificates: [{certificate: c.pem, privateKey: k.pem}]}}
upstreams:
  - {name: origin, backends: [{address: "http://127.0.0.1:19101"}], timeouts: {firstByte: 10m}}
routes:
  - {name: all, match: {path: /}, proxy: {upstream: origin}}
CONF
atoll_pid=$last

turn() { # SCENARIO PORT_OF_PLAIN SECONDS [checked]
  local scheme=http port=$2 method=GET bytes=$((1 << 20)) n=$connections
  [[ $1 != tls-* ]] || { scheme=https; port=$((port + 1)); }
  [[ $1 != *up* ]] || method=PUT
  [[ $1 != *g ]] || { bytes=$((1 << 30)); n=2; }
  local url=$scheme://127.0.0.1:$port/$bytes
  if [[ $1 == tls-down* && ${4:-} != checked ]]; then
    wrk_load "$url" "$n" "$3"
  else
    body_load $method "$url" $bytes "$n" "$3"
  fi
}
check() { # SCENARIO PORT_OF_PLAIN: not measured; ends the program where bodies come wrong
  local row
  row=$(turn "$1" "$2" 2 checked)
  [[ $row == [1-9]* && $(cut -d' ' -f5 <<< "$row") == 0 ]] || { echo "$1 at port $2: $row" >&2; tail -5 "$dir/peers.log" >&2; exit 1; }
}
for s in "${scenarios[@]}"; do
  check "$s" 19110
  check "$s" 19130
  turn "$s" 19130 "$warm" > /dev/null
  for _ in $(seq "$rounds"); do
    measure "$s" nginx GiB "$nginx_pid" turn "$s" 19110 "$seconds"
    measure "$s" atoll GiB "$atoll_pid" turn "$s" 19130 "$seconds"
  done
done
report
