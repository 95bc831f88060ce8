# The gate's checks, run inside a container with curl. The program appends `checks` and one `probe` per
# host.

# check PATH STATUS CONTAINS [HEADER...]: one request to $address; describes a failure in $problem.
check() {
  path=$1 status=$2 contains=$3
  shift 3
  for header; do
    shift
    set -- "$@" --header "$header"
  done
  body=/tmp/$host
  said=$(curl --silent --show-error --max-time 5 --output "$body" --write-out '%{http_code}' "$@" \
    "http://$address$path" 2>&1) || {
    problem="check GET $path: expected status $status, got no answer: $(one_line "$said")"
    return 1
  }
  if [ "$said" != "$status" ]; then
    problem="check GET $path: expected status $status, got status $said: $(start_of_body)"
    return 1
  fi
  if [ -n "$contains" ] && ! grep -qF -e "$contains" "$body"; then
    problem="check GET $path: expected a body containing \"$contains\", got: $(start_of_body)"
    return 1
  fi
}

start_of_body() {
  one_line "$(head -c 300 "$body" | tr -d '\000')"
}

one_line() {
  printf '%s' "$1" | tr '\r\n|' '   ' | sed 's/000$//'
}

# Passes after three successes in a row. Retries a failure after $INTERVAL seconds, until $deadline.
probe() (
  host=$1 address=$2 container=$3 passes=0 problem=''
  while [ "$passes" -lt 3 ]; do
    if checks; then
      passes=$((passes + 1))
      [ "$passes" -eq 3 ] || sleep 0.1
    else
      passes=0
      sleep "$INTERVAL"
    fi
    if [ "$passes" -lt 3 ] && [ "$(date +%s)" -ge "$deadline" ] && [ -n "$problem" ]; then
      echo "$host|$container|$problem"
      exit 1
    fi
  done
)

# Waits for all background probes.
verdict() {
  failed=0
  for pid; do
    wait "$pid" || failed=1
  done
  exit "$failed"
}

