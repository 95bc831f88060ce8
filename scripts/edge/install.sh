# Runs inside the container of our HAProxy (or one with its volume), with `put` lines appended below:
# writes files and configuration to /edge. With the argument "running", HAProxy reloads if the configuration
# differs from the loaded one.
set -eu
cd /edge

put() {
  printf '%s' "$2" >"$1.new"
  mv "$1.new" "$1"
}

# If there is none yet.
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

# A worker of the old configuration keeps its connections. Until it has exited, a request can reach a host
# that left, and a route change can be missed.
reload() {
  before=$(worker)
  ask_master reload >/dev/null 2>&1 || :
  until_true 15 has_new_worker || {
    echo "HAProxy did not take the new configuration; it goes on with the old one." >&2
    exit 1
  }
  until_true $((DRAIN_SECONDS + 15)) has_no_old_workers || {
    echo "The old HAProxy worker is still there $DRAIN_SECONDS seconds after a reload." >&2
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

