#!/usr/bin/env bash
# What compression costs: Atoll's `compress` beside nginx's gzip at the level of the same ratio, both as proxies.
#
#   compress.sh PROJECT_DIR [BODY...]      bodies: json html   (default: both, 100 KiB each, always the same bytes)
#
# For each body nginx's level is LEVEL (default 5); of Atoll's nine levels of gzip the one is taken whose ratio is nearest,
# and it is said where none is within 2 per cent. Both are also measured without compression: `of it`, in CPU milliseconds per
# MiB of text, is what compression adds. zstd and br stand alone, at the levels ZSTD (default "1 3 9") and BR (default
# "1 4 6"). Medians of ROUNDS (default 3) rounds in turn. Each coding is first compared with the text, decoded by curl.
# wrk asks over 16 connections.
#
# ROUNDS=3  EACH=6 (seconds of each turn)  WARM=10 (Atoll's first turn of each coding, uncounted)  HEAP=256m (-Xmx)
# Needs Debian's nginx wrk openssl curl (with br and zstd) python3 procps. About 5 minutes for each body. See lib.sh.
: "${WARM:=10}"
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"
need nginx wrk openssl curl python3 pgrep
begin "${1:?PROJECT_DIR}"
shift
texts=("$@")
((${#texts[@]})) || texts=(json html)
level=${LEVEL:-5} zstd=${ZSTD:-1 3 9} br=${BR:-1 4 6}

mkdir "$dir/www"
python3 - "$dir/www" "${texts[@]}" <<'PY'
import json, random, sys
SIZE = 100 << 10
dice = random.Random(7)
syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
words = ["".join(dice.choice(syllables) for _ in range(dice.randint(1, 4))) for _ in range(6000)]
word = lambda: words[min(int(dice.paretovariate(0.5)), len(words)) - 1]
text = lambda n: " ".join(word() for _ in range(n))
def item(i):
    return {"id": 100000 + i, "sku": f"{dice.getrandbits(40):010x}", "name": text(3).title(), "price": round(dice.uniform(1, 900), 2),
            "currency": dice.choice(["EUR", "USD"]), "inStock": dice.random() < .8, "tags": [word() for _ in range(3)],
            "description": text(18).capitalize() + ".", "updated": f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T10:00:00Z"}
def page(i):
    v = item(i)
    return (f'<article class="product card" id="p{v["id"]}">\n  <h2><a href="/products/{v["sku"]}">{v["name"]}</a></h2>\n'
            f'  <p class="description">{v["description"]} <em>{text(2)}</em> {text(12)}.</p>\n'
            f'  <span class="price">{v["price"]} {v["currency"]}</span>\n</article>\n')
def json_body():
    made = [item(i) for i in range(2000)]
    count = next(n for n in range(len(made)) if len(json.dumps(made[:n])) > SIZE)
    return json.dumps(made[:count - 1]).ljust(SIZE)
def html_body():
    head = '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Products</title></head>\n<body>\n'
    return (head + "".join(page(i) for i in range(2000)))[:SIZE]
for name in sys.argv[2:]:
    make = {"json": json_body, "html": html_body}.get(name)
    if make is None:
        sys.exit("no such body: " + name)
    open(f"{sys.argv[1]}/text.{name}", "w").write(make())
PY
echo ok > "$dir/www/healthz"

start_nginx origin 1 http://127.0.0.1:19101/healthz <<CONF
  sendfile on; root $dir/www; types { application/json json; text/html html; }
  server { listen 127.0.0.1:19101; }
CONF
peers() {
  cat <<CONF
  upstream u { server 127.0.0.1:19101; keepalive 64; keepalive_requests 1000000000; }
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_max_temp_file_size 0; gzip_types application/json; gzip_proxied any;
CONF
  local l gzip
  for l in 0 {1..9}; do
    gzip="on; gzip_comp_level $l"
    ((l)) || gzip=off
    echo "server { listen 127.0.0.1:$((19110 + l)); gzip $gzip; location / { proxy_pass http://u; } }"
  done
}
start_nginx proxy 0 http://127.0.0.1:19110/healthz < <(peers)
nginx_pid=$last

# A host for each coding and level.
route() { # CODING LEVEL
  echo "  - {name: $1$2, match: {hosts: [$1$2.test], path: /}, compress: {encodings: [$1], levels: {$1: $2}}, proxy: {upstream: origin}}"
}
node() {
  cat <<CONF
listeners:
  - {name: plain, bind: "127.0.0.1:19130"}
upstreams:
  - {name: origin, backends: [{address: "http://127.0.0.1:19101"}]}
routes:
CONF
  local l
  for l in {1..9}; do route gzip "$l"; done
  for l in $zstd; do route zstd "$l"; done
  for l in $br; do route br "$l"; done
  echo "  - {name: plain, match: {path: /}, proxy: {upstream: origin}}"
}
start_atoll < <(node)
atoll_pid=$last

place() { # CODING LEVEL -> port, host and Accept-Encoding
  case $1 in
    nginx) echo "$((19110 + $2)) localhost gzip" ;;
    plain) echo "19130 localhost identity" ;;
    *) echo "19130 $1$2.test $1" ;;
  esac
}
size() { # TEXT CODING LEVEL -> bytes on the wire; what they decode to is compared
  local port host coding
  read -r port host coding <<< "$(place "$2" "$3")"
  local ask=(curl -sf -m 10 -H "Host: $host" -H "Accept-Encoding: $coding" "http://127.0.0.1:$port/text.$1")
  "${ask[@]}" --compressed | cmp - "$dir/www/text.$1" >&2 || { echo "$2 $3: not the text of $1" >&2; exit 1; }
  "${ask[@]}" -o /dev/null -w '%{size_download}\n'
}
turn() { # TEXT CODING LEVEL SECONDS
  local port host coding
  read -r port host coding <<< "$(place "$2" "$3")"
  wrk_load "http://127.0.0.1:$port/text.$1" 16 "$4" "Host: $host" "Accept-Encoding: $coding"
}

for t in "${texts[@]}"; do
  wanted=$(size "$t" nginx "$level") best=0 nearest=0
  for l in {1..9}; do
    got=$(size "$t" gzip "$l")
    off=$((got > wanted ? got - wanted : wanted - got))
    if ((best == 0 || off < nearest)); then best=$l nearest=$off; fi
  done
  ((nearest * 50 <= wanted)) || echo "$t: no level of Atoll's gzip is within 2 % of nginx's ratio; the nearest is $best" >&2
  row=("nginx 0" "nginx $level" "plain 0" "gzip $best")
  for l in $zstd; do row+=("zstd $l"); done
  for l in $br; do row+=("br $l"); done
  for c in "${row[@]}"; do
    read -r coding l <<< "$c"
    echo "$t $coding$l $(size "$t" "$coding" "$l")" >> "$dir/sizes"
    if [[ $coding == nginx ]]; then turn "$t" nginx "$l" 2; else turn "$t" "$coding" "$l" "$warm"; fi > /dev/null
  done
  for _ in $(seq "$rounds"); do
    for c in "${row[@]}"; do
      read -r coding l <<< "$c"
      pid=$atoll_pid
      [[ $coding != nginx ]] || pid=$nginx_pid
      measure "$t" "$coding$l" req "$pid" turn "$t" "$coding" "$l" "$seconds"
    done
  done
done
python3 - "$dir/results" "$dir/sizes" <<'PY'
import collections, statistics, sys
TEXT = 100 << 10
sizes = {tuple(line.split()[:2]): int(line.split()[2]) for line in open(sys.argv[2])}
rows = collections.defaultdict(list)
for line in open(sys.argv[1]):
    text, name, _, cpu, n, rate, p50, p99, bad, _, rss, _, _ = line.split()
    rows[text, name].append((float(cpu) / 1000 / max(1, int(n)) * 2**20 / TEXT, float(rate), int(p50), int(p99), int(bad), int(rss) / 1024))
median = {k: [statistics.median(c) for c in zip(*v)] for k, v in rows.items()}
print(f"{'text':7}{'coding':9}{'ratio':>7}{'cpu ms/MiB':>12}{'of it':>9}{'req/s':>9}{'p50 us':>9}{'p99 us':>9}{'errors':>8}{'peak MiB':>10}")
for (text, name), (cpu, rate, p50, p99, _, rss) in median.items():
    bare = median[text, "nginx0" if name.startswith("nginx") else "plain0"][0]
    print(f"{text:7}{name:9}{TEXT / sizes[text, name]:7.2f}{cpu:12.2f}{cpu - bare:9.2f}{rate:9.0f}{p50:9.0f}{p99:9.0f}"
          f"{sum(r[4] for r in rows[text, name]):8}{rss:10.1f}")
for text in dict.fromkeys(k[0] for k in median):
    one = lambda start: next(n for t, n in median if t == text and n.startswith(start) and not n.endswith("0"))
    a, b = one("gzip"), one("nginx")
    bare = median[text, "plain0"][0], median[text, "nginx0"][0]
    print(f"ratio {text} {a}/{b}: all {median[text, a][0] / median[text, b][0]:.2f},",
          f"compression alone {(median[text, a][0] - bare[0]) / max(1e-9, median[text, b][0] - bare[1]):.2f},",
          f"size {sizes[text, a] / sizes[text, b]:.3f}")
PY
