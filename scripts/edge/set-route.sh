# Sets the route of this edge and reads it back. Runs inside the edge's container:
#   sh /edge/set-route COLOR [CANARY_WEIGHT [on|off [REVISION [ACTIVE_GATE [CANARY_GATE]]]]]
# CANARY_WEIGHT is the other color's share in percent, with at most one decimal; on|off says whether
# requests with the canary header or cookie go to the other color. The rest names the `up` that sets
# the route and the gates that it passed; `pulumi up` compares these.
set -eu
cd /edge

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

active=${1:-} weight=${2:-0} testers=${3:-off} revision=${4:-by-hand-$(date +%s)}
case $active in
blue) idle=green ;;
green) idle=blue ;;
*) fail "usage: set-route blue|green [CANARY_WEIGHT [on|off]]; got \"$active\"" ;;
esac
case $weight in
*[!0-9.]* | '' | .* | *.*.* | *.??*) fail "The canary weight must be 0 to 100 with at most one decimal, got \"$weight\"." ;;
*.?) tenths=${weight%.*}${weight#*.} ;;
*) tenths=${weight%.}0 ;;
esac
tenths=$(echo "$tenths" | sed 's/^0*\(.\)/\1/')
[ "$tenths" -le 1000 ] || fail "The canary weight must be 0 to 100, got \"$weight\"."
case $testers in on | off) ;; *) fail "Testers must be on or off, got \"$testers\"." ;; esac
wanted=$active:$tenths:$testers

exec 9>>lock
flock -w 30 9 || fail "Another change of this edge's route has not ended for 30 seconds."

ask() {
  echo "$1" | socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock
}

real() {
  ask 'show map /edge/route.map' | awk '$2 == "route" { print $3; exit }'
}

recorded() {
  [ ! -f route.record ] || sed -n "s/^$1=//p" route.record
}

# Hosts that HAProxy itself does not find healthy, by its own checks.
missing_hosts() {
  ask "show stat be_$1 4 -1" | awk -F, '/^be_/ && $18 !~ /^(UP|no check)/ { print $2 }'
}

healthy_hosts() {
  ask "show stat be_$1 4 -1" | awk -F, '/^be_/ && $18 ~ /^(UP|no check)/ { n++ } END { print n + 0 }'
}

# The gate has passed, but HAProxy's own checks may need some seconds to see it.
wait_for_hosts() {
  rounds=50
  while [ -n "$(missing_hosts "$1")" ] && [ "$rounds" -gt 0 ]; do
    sleep 0.2
    rounds=$((rounds - 1))
  done
  [ "$(healthy_hosts "$1")" -gt 0 ] ||
    fail "The balancer finds no healthy host of $1, so the route is left at $(real)."
  if [ -n "$(missing_hosts "$1")" ]; then
    echo "The balancer finds these hosts of $1 unhealthy:" $(missing_hosts "$1") >&2
  fi
}

store() {
  cat >"$1.new"
  sync "$1.new"
  mv "$1.new" "$1"
  sync .
}

share() { # of COLOR in ROUTE, in tenths of a percent
  case $2 in
  "$1":*) echo "$2" | awk -F: '{ print 1000 - $2 }' ;;
  *:*:*) echo "$2" | awk -F: '{ print $2 }' ;;
  *) echo 0 ;;
  esac
}

# When a color last lost its traffic, in seconds since 1970: what of it runs is left alone for a
# while.
lost_at() {
  if [ "$(share "$1" "$previous")" -gt 0 ] && [ "$(share "$1" "$wanted")" -eq 0 ]; then
    date +%s
  else
    recorded "$1_lost_at"
  fi
}

record() {
  {
    echo "route=$wanted"
    echo "revision=$revision"
    echo "active_gate=$active_gate"
    echo "canary_gate=$canary_gate"
    echo "blue_lost_at=$blue_lost_at"
    echo "green_lost_at=$green_lost_at"
    [ -z "${1:-}" ] || echo "previous=$1"
  } | store route.record
}

[ "$(share "$active" "$wanted")" -eq 0 ] || wait_for_hosts "$active"
[ "$tenths" -eq 0 ] || wait_for_hosts "$idle"
previous=$(real)
active_gate=${5-$(recorded active_gate)}
canary_gate=${6-$(recorded canary_gate)}
blue_lost_at=$(lost_at blue)
green_lost_at=$(lost_at green)
# Whoever looks after an end at any point here finds the real route in the record, as the new or as
# the previous one.
record "$previous"
echo "route $wanted" | store route.map
said=$(ask "set map /edge/route.map route $wanted")
got=$(real)
[ "$got" = "$wanted" ] ||
  fail "The balancer's route is ${got:-gone} after it was set to $wanted${said:+; it said: $said}."
record
echo "$got"
