# Writes files and configuration to /edge, by `put` lines that the program appends. Runs inside the container
# of our HAProxy, or one with its volume. With the argument "running", HAProxy reloads a changed configuration.
set -eu
cd /edge

put() {
  printf '%s' "$2" >"$1.new"
  mv "$1.new" "$1"
}

# Writes the file only if it does not exist.
put_first() {
  [ -f "$1" ] || put "$@"
}

ask_master() {
  echo "$1" | socat -t 5 - UNIX-CONNECT:/run/haproxy/master.sock
}

worker() {
  ask_master 'show proc' 2>/dev/null | awk '$2 == "worker" { print $1; exit }'
}

old_workers() {
  ask_master 'show proc' 2>/dev/null | awk '/^# old workers/ { old = 1; next } /^#/ { old = 0 } old && NF' || echo unknown
}

# until_true SECONDS COMMAND...
until_true() {
  rounds=$(($1 * 10))
  shift
  until "$@"; do
    rounds=$((rounds - 1))
    [ "$rounds" -gt 0 ] || return 1
    sleep 0.1
  done
}

has_new_worker() {
  now=$(worker)
  [ -n "$now" ] && [ "$now" != "$before" ] && echo 'show info' | socat - UNIX-CONNECT:/run/haproxy/admin.sock >/dev/null 2>&1
}

has_no_old_workers() {
  [ -z "$(old_workers)" ]
}

# The old worker keeps its connections. Until it exits, requests on them can reach a removed host, or miss a
# route change.
reload() {
  before=$(worker)
  ask_master reload >/dev/null 2>&1 || :
  until_true 15 has_new_worker || {
    echo "HAProxy did not load the new configuration; it still runs the old one." >&2
    exit 1
  }
  until_true $((DRAIN_SECONDS + 15)) has_no_old_workers || {
    echo "The old HAProxy worker is still running $DRAIN_SECONDS seconds after a reload." >&2
    exit 1
  }
}

take_configuration() {
  haproxy -c -q -f haproxy.cfg.next
  # haproxy.cfg.loaded is written last, so that an interrupted reload is repeated.
  if [ "${1:-}" = running ] && cmp -s haproxy.cfg.next haproxy.cfg.loaded; then
    return
  fi
  cp haproxy.cfg.next haproxy.cfg
  if [ "${1:-}" = running ]; then reload; fi
  cp haproxy.cfg haproxy.cfg.loaded
}

