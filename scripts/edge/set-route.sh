# Sets the route of this edge and reads it back. Runs inside the edge's container:
#   sh /edge/set-route COLOR [CANARY_WEIGHT [on|off [GENERATION [ACTIVE_GATE [CANARY_GATE [GRANT]]]]]]
# CANARY_WEIGHT is the other color's share in percent, with at most one decimal; on|off says whether
# requests with the canary header or cookie go to the other color. The next three name the `up` and the gates
# that it passed; `pulumi up` compares these. GRANT is SECONDS:ROUTE: after that time without `grant renew`,
# HAProxy follows that route instead.
set -eu
cd /edge
. ./entry

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

active=${1:-} weight=${2:-0} testers=${3:-off} generation=${4:-by-hand-$(date +%s)}
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
# Strips leading zeros, which would make it octal.
while [ "${tenths#0}" != "$tenths" ] && [ ${#tenths} -gt 1 ]; do tenths=${tenths#0}; done
[ "$tenths" -le 1000 ] || fail "The canary weight must be 0 to 100, got \"$weight\"."
case $testers in on | off) ;; *) fail "Testers must be on or off, got \"$testers\"." ;; esac
wanted=$active:$tenths:$testers
grant=${7:-}

exec 9>>lock
flock -w 30 9 || fail "Another route change on this edge has not finished within 30 seconds."

# From here on, start as few processes as possible: they compete with the traffic.

# Reads HAProxy's view of a color's hosts: $healthy is the number of healthy hosts, $missing names the rest.
look_at_hosts() {
  healthy=0 missing=''
  while IFS=, read -r _ server _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ status _; do
    case $status in
    UP* | 'no check') healthy=$((healthy + 1)) ;;
    status | '') ;;
    *) missing="$missing $server" ;;
    esac
  done <<END
$(ask admin "show stat be_$1 4 -1")
END
}

# The gate has passed, but HAProxy's own checks may need some seconds.
wait_for_hosts() {
  rounds=50
  look_at_hosts "$1"
  while [ -n "$missing" ] && [ "$rounds" -gt 0 ]; do
    sleep 0.2
    rounds=$((rounds - 1))
    look_at_hosts "$1"
  done
  [ "$healthy" -gt 0 ] ||
    fail "The balancer finds no healthy host of $1, so the route stays ${previous:-none}."
  [ -z "$missing" ] || echo "The balancer finds these hosts of $1 unhealthy:$missing" >&2
}

# Sets $lost_at to when a color last lost its traffic, in seconds since 1970. Its containers must not change
# for a while.
look_at_loss() {
  lost_at=$2
  look_at_share "$1" "${granted:-$previous}"
  had=$share
  look_at_share "$1" "$wanted"
  if [ "$had" -gt 0 ] && [ "$share" -eq 0 ]; then lost_at=$(date +%s); fi
}

write_record() {
  printf '%s\n' "route=$wanted" "generation=$generation" "active_gate=$active_gate" \
    "canary_gate=$canary_gate" "blue_lost_at=$blue_lost_at" "green_lost_at=$green_lost_at" \
    ${1:+"previous=$1"} >route.record.new
}

active_gate='' canary_gate='' blue_lost_at='' green_lost_at='' recorded=''
if [ -f route.record ]; then
  while IFS='=' read -r key value; do
    case $key in
    # Earlier versions wrote "revision".
    generation | revision) recorded=$value ;;
    active_gate) active_gate=$value ;;
    canary_gate) canary_gate=$value ;;
    blue_lost_at) blue_lost_at=$value ;;
    green_lost_at) green_lost_at=$value ;;
    esac
  done <route.record
fi
# A script outlives a killed `up` and must not undo the next one's route. The generations of two `up`s compare
# as text; a route set by hand has another form.
case $recorded/$generation in
2???-*/2???-*)
  # shellcheck disable=SC3012
  if [ "$recorded" \> "$generation" ]; then
    fail "A later pulumi up ($recorded) has set this edge's route, so this one ($generation) stopped."
  fi
  ;;
esac
active_gate=${5-$active_gate}
canary_gate=${6-$canary_gate}

read_entry "$(ask admin 'show map /edge/route.map')"
previous=$real
[ "$tenths" -eq 1000 ] || wait_for_hosts "$active"
[ "$tenths" -eq 0 ] || wait_for_hosts "$idle"
look_at_loss blue "$blue_lost_at"
blue_lost_at=$lost_at
look_at_loss green "$green_lost_at"
green_lost_at=$lost_at

set_entry=$wanted
[ -z "$grant" ] || [ "${grant#*:}" = "$wanted" ] || set_entry=$wanted:$(granted_time "${grant%%:*}"):${grant#*:}

tell_balancer() {
  said=$(ask admin "set map /edge/route.map route $set_entry; show map /edge/route.map")
  read_entry "$said"
  [ "$entry" = "$set_entry" ] ||
    fail "The balancer's route is ${entry:-gone} after it was set to $set_entry; HAProxy said: $said"
}

# write_files [PREVIOUS]
write_files() {
  write_record "$@" &&
    echo "route $set_entry" >route.map.new &&
    sync route.record.new route.map.new &&
    mv route.record.new route.record &&
    mv route.map.new route.map &&
    sync .
}

# Taking traffic away in an emergency must work even if nothing can be written.
case $generation/$tenths in
by-hand-*/0)
  tell_balancer
  echo "$wanted"
  write_files || echo "The balancer follows this route, but it could not be recorded: if the balancer restarts, it \
follows $(sed -n 's/^route //p' route.map). Free some space on its disk, then set the route again."
  exit
  ;;
esac

# Wherever this script is killed, the record names the real route, as the new or the previous one.
write_files "$previous"
tell_balancer
# If this write is lost, the record still names the new route, beside the previous one.
write_record
mv route.record.new route.record
echo "$wanted"
