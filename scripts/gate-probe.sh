# The gate's checks, run inside a container with curl. The program appends `checks` and one `probe` per
# host.

# check PATH STATUS CONTAINS SHOWN_PATH SHOWN_CONTAINS OPTIONS JSON: one request to $address with these lines of
# curl's configuration; describes a failure in $problem. Paths, headers, texts and values may be secret, so they
# appear in no command line, and messages have the shown ones.
check() {
  body=/tmp/$host
  said=$(printf 'url = "http://%s%s"\n%s' "$address" "$1" "$6" |
    curl --config - --globoff --path-as-is --silent --show-error --max-time 5 --output "$body" \
      --write-out '%{http_code} %{redirect_url}' 2>&1) || {
    problem="check GET $4: expected status $2, got no answer: $(one_line "$said")"
    return 1
  }
  status=${said%% *}
  if [ "$status" != "$2" ]; then
    problem="check GET $4: expected status $2, got status $status: $(start_of_body)$(advice "$status" "${said#"$status"}")"
    return 1
  fi
  if [ -n "$3" ]; then
    printf '%s\n' "$3" >"$body.expected"
    grep -qF -f "$body.expected" "$body" || {
      problem="check GET $4: expected a body containing \"$5\", got: $(start_of_body)"
      return 1
    }
  fi
  if [ -n "$7" ]; then
    printf '%s\n' "$7" >"$body.expected"
    wrong=$(wrong_value "$body.expected" "$body" 2>/dev/null) || {
      problem="check GET $4: expected JSON, got: $(start_of_body)"
      return 1
    }
    if [ -n "$wrong" ]; then
      problem="check GET $4: $(one_line "$wrong")"
      return 1
    fi
  fi
}

# wrong_value EXPECTED BODY: the first value that differs; fails for a body that is not one JSON text. Config has
# numbers and true as texts, too.
wrong_value() {
  jq --null-input --raw-output --slurpfile expected "$1" '
    [inputs] | if length != 1 then error("no JSON") else .[0] end | . as $answer |
    [$expected[0][] | . as $one |
      ($answer | [getpath($one.path)?] | .[0]) as $actual |
      select(($actual | tostring) != $one.value and $actual != ($one.value | tonumber? // false)) |
      "expected \($one.shownPath) to be \($one.shownValue | tojson) in the JSON, got " +
        if $actual == null then "nothing" else ($actual | tojson | .[:100]) end
    ] | .[0] // empty' "$2"
}

# advice STATUS LOCATION
advice() {
  case $1 in
  400) echo ". It was asked as Host: $HEALTH_HOST; if the app allows other hosts only, set app.healthHost to one of them" ;;
  30[12378]) echo ". It redirects to$2; if the app wants HTTPS, tell it that the request came by HTTPS: pulumi config set --path app.healthHeaders.X-Forwarded-Proto https" ;;
  esac
}

start_of_body() {
  one_line "$(head -c 300 "$body" | tr -d '\000')"
}

one_line() {
  printf '%s' "$1" | tr '\r\n|' '   ' | sed 's/000 *$//'
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

