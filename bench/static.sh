#!/usr/bin/env bash
# What a static file costs: Atoll's `files` beside nginx with sendfile, over HTTP/1.1 with keep-alive.
#
#   static.sh PROJECT_DIR [SCENARIO...]      scenarios: 1k 1m 1g tls1m   (default: all)
#
# CPU microseconds per request (1k, 1m, tls1m) or milliseconds per GiB (1g) of each server's own processes, throughput,
# latency and peak resident memory; the medians of ROUNDS (default 3) rounds in turn. `nginx` looks each file up anew, as
# Atoll does; `nginx-kept` keeps open files (open_file_cache). 1k is asked for by wrk over 32 connections, tls1m by wrk, 1m and
# 1g by Bodies.java, which checks every byte, over CONNECTIONS (default 8; 1g: 2).
#
# ROUNDS=3  EACH=6 (seconds of each turn, and a body to its end)  WARM=25 (Atoll's first turn, uncounted)  HEAP=256m (-Xmx)
# Needs Debian's nginx wrk openssl curl python3 procps, and 1.1 GiB in TMPDIR for 1g. About 3 minutes for each scenario. See lib.sh.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"
need nginx wrk openssl curl python3 pgrep
begin "${1:?PROJECT_DIR}"
shift
scenarios=("$@")
((${#scenarios[@]})) || scenarios=(1k 1m 1g tls1m)
connections=${CONNECTIONS:-8}

mkdir "$dir/www"
echo ok > "$dir/www/healthz"
bodies make 1024 > "$dir/www/1k"
bodies make $((1 << 20)) > "$dir/www/1m"
for s in "${scenarios[@]}"; do
  case $s in
    1k | 1m | tls1m) ;;
    1g) bodies make $((1 << 30)) > "$dir/www/1g" ;;
    *) echo "no such scenario: $s" >&2; exit 2 ;;
  esac
done
sleep 1.1 # a file's tag is weak for a second after it was written

start_nginx files 0 http://127.0.0.1:19110/healthz <<CONF
  sendfile on; tcp_nopush on; default_type application/octet-stream; root $dir/www;
  add_header Cache-Control "max-age=600";
  server { listen 127.0.0.1:19110; }
  server { listen 127.0.0.1:19111 ssl; ssl_certificate $dir/c.pem; ssl_certificate_key $dir/k.pem; ssl_protocols TLSv1.3; }
  server { listen 127.0.0.1:19112; open_file_cache max=1000; open_file_cache_valid 1s; }
CONF
nginx_pid=$last
start_atoll <<CONF
listeners:
  - {name: plain, bind: "127.0.0.1:19130"}
  - {name: secure, bind: "127.0.0.1:19131", tls: {certificates: [{certificate: c.pem, privateKey: k.pem}]}}
routes:
  - {name: files, match: {path: /}, files: {root: www, maxAge: 10m}}
CONF
atoll_pid=$last

turn() { # SCENARIO PORT SECONDS
  case $1 in
    1k) wrk_load "http://127.0.0.1:$2/1k" 32 "$3" ;;
    1m) body_load GET "http://127.0.0.1:$2/1m" $((1 << 20)) "$connections" "$3" ;;
    1g) body_load GET "http://127.0.0.1:$2/1g" $((1 << 30)) 2 "$3" ;;
    tls1m) wrk_load "https://127.0.0.1:$2/1m" "$connections" "$3" ;;
  esac
}
for s in "${scenarios[@]}"; do
  case $s in
    1g) unit=GiB peers="nginx,$nginx_pid,19110 atoll,$atoll_pid,19130" ;;
    tls1m) unit=req peers="nginx,$nginx_pid,19111 atoll,$atoll_pid,19131" ;;
    *) unit=req peers="nginx,$nginx_pid,19110 nginx-kept,$nginx_pid,19112 atoll,$atoll_pid,19130" ;;
  esac
  for p in $peers; do
    IFS=, read -r name pid port <<< "$p"
    if [[ $name == atoll ]]; then turn "$s" "$port" "$warm"; else turn "$s" "$port" 2; fi > /dev/null
  done
  for _ in $(seq "$rounds"); do
    for p in $peers; do
      IFS=, read -r name pid port <<< "$p"
      measure "$s" "$name" "$unit" "$pid" turn "$s" "$port" "$seconds"
    done
  done
done
report
