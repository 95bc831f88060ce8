# Reads the route's map entry. Sourced by the other scripts in /edge. The entry is a route, or a route that is
# granted for a limited time: ROUTE:FROM:UNTIL:FALLBACK, in seconds since 1970. HAProxy itself applies the
# fallback outside that time.

# ask SOCKET COMMAND
ask() {
  echo "$2" | socat -t 5 - "UNIX-CONNECT:/run/haproxy/$1.sock"
}

# Reads the answer to `show map` in $1: $real is the route that HAProxy follows now, empty if there is none. With
# a grant, $granted is its route, and $from, $until and $fallback the rest.
read_entry() {
  entry='' granted='' from='' until='' fallback=''
  while read -r _ key value; do
    [ "$key" != route ] || entry=$value
  done <<END
$1
END
  real=$entry
  case $entry in
  *:*:*:*)
    IFS=: read -r color tenths_of testers_of from until fallback <<END
$entry
END
    granted=$color:$tenths_of:$testers_of
    real=$granted
    now=$(date +%s)
    if [ "$now" -lt "$from" ] || [ "$now" -ge "$until" ]; then real=$fallback; fi
    ;;
  esac
}

# The time of a grant for $1 seconds from now. It begins a little earlier, for a clock that is corrected; a clock
# that jumps back further ends the grant.
granted_time() {
  now=$(date +%s)
  echo "$((now - 10)):$((now + $1))"
}

# Sets $share to a color's share in a route, in tenths of a percent.
look_at_share() {
  share=${2#*:}
  share=${share%%:*}
  case $2 in
  "$1":*:*) share=$((1000 - share)) ;;
  *:*:*) ;;
  *) share=0 ;;
  esac
}
