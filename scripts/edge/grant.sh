# Renews the grant of this edge's route, or makes the route permanent. Runs inside the edge's container:
#   sh /edge/grant renew SECONDS
#   sh /edge/grant keep
# Prints what became of it: renewed, kept, none (the route has no grant), expired (HAProxy follows the fallback,
# which stays), or busy (the route is being changed, so nothing was renewed).
set -eu
cd /edge
. ./entry

exec 9>>lock
if [ "$1" = keep ]; then
  flock -w 30 9 || {
    echo 'Another route change on this edge has not finished within 30 seconds.' >&2
    exit 1
  }
else
  flock -n 9 || {
    echo busy
    exit
  }
fi

read_entry "$(ask admin 'show map /edge/route.map')"
[ -n "$granted" ] || {
  echo none
  exit
}
[ "$real" = "$granted" ] || {
  echo expired
  exit
}

# set_entry ENTRY
set_entry() {
  read_entry "$(ask admin "set map /edge/route.map route $1; show map /edge/route.map")"
  [ "$entry" = "$1" ] || {
    echo "The balancer's route is ${entry:-gone} after it was set to $1." >&2
    exit 1
  }
}

if [ "$1" = keep ]; then
  echo "route $granted" >route.map.new
  sync route.map.new
  mv route.map.new route.map
  sync .
  set_entry "$granted"
  echo kept
else
  next=$granted:$(granted_time "$2"):$fallback
  set_entry "$next"
  # A file that could not be written has an earlier end, at which HAProxy follows the fallback.
  { echo "route $next" >route.map.new && mv route.map.new route.map; } 2>/dev/null || :
  echo renewed
fi
