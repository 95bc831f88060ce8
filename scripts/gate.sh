# Checks every host of a color from inside the stack's network, where its traffic would come from. $INPUT
# is a program for a temporary container; it prints `host|container|problem` for each host that failed.
# $SO is what follows if one fails. $CONTAINERS has a line `host|container` for each host.

# A restart before this many seconds is past, for a version that has run since.
RESTART_SECONDS=600

# Seconds since a container's last start, as far as Docker tells: Up 9 seconds, Up About a minute.
uptime() {
  # shellcheck disable=SC2046
  set -- $(docker ps --filter "name=^$1\$" --filter status=running --format '{{.Status}}')
  case "$*" in
  '') return 1 ;;
  'Up Less than'*) echo 0 ;;
  'Up About a minute'*) echo 60 ;;
  *' second'*) echo "$2" ;;
  *' minutes'*) echo $(($2 * 60)) ;;
  *) echo 3600 ;;
  esac
}

# A version that exits soon after each start answers in between: waits until the container has run for
# $MIN_UPTIME seconds, and describes in $problem why it can't take traffic.
has_settled() {
  while :; do
    # shellcheck disable=SC2046
    set -- "$1" $(docker container inspect -f '{{.RestartCount}} {{.State.ExitCode}}' "$1" 2>/dev/null || echo 0 unknown)
    if ! for_seconds=$(uptime "$1"); then
      problem="its container does not run: it exited with code $3"
      return 1
    fi
    if [ "$2" -gt 0 ] && [ "$for_seconds" -lt "$RESTART_SECONDS" ]; then
      problem="its container keeps exiting: Docker has restarted it since it was made (restarts: $2), and it has run for $for_seconds seconds since"
      return 1
    fi
    [ "$for_seconds" -lt "$MIN_UPTIME" ] || return 0
    sleep 1
  done
}

check_uptimes() {
  echo "$CONTAINERS" | while IFS='|' read -r host container; do
    has_settled "$container" </dev/null || echo "$host|$container|$problem"
  done
}

# An image with jq, made once on this host, so that no running balancer changes with its own.
gate_image() {
  if [ "${JSON_CHECKS:-}" != yes ]; then
    echo "$EDGE_IMAGE"
    return
  fi
  image=blue-green-gate:${EDGE_IMAGE##*:}
  docker image inspect "$image" >/dev/null 2>&1 ||
    said=$(printf '%s\n' "FROM $EDGE_IMAGE" 'USER root' 'RUN apt-get update \' \
      ' && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends jq \' \
      ' && rm -rf /var/lib/apt/lists/*' 'USER haproxy' |
      DEADLINE=600 docker build --tag "$image" - 2>&1) ||
    fail "smoke[*].json: it is read by jq, and the image $image with jq could not be built:
$(printf '%s\n' "$said" | tail -n 10)"
  echo "$image"
}

ask() {
  printf '%s\n' "$INPUT" | DEADLINE=$((GATE_SECONDS + 30)) docker run --rm --interactive \
    --label "blue-green.stack=$STACK" --network "${NETWORK:-host}" --user 65534:65534 --cap-drop ALL \
    --security-opt no-new-privileges --read-only --tmpfs /tmp --memory 256m --pids-limit 2048 \
    --log-driver none --pull never "$image" sh -c 'eval "$(cat)"'
}

up() {
  image=$(gate_image)
  if problems=$(ask); then
    problems=$(check_uptimes)
    if [ -z "$problems" ]; then
      echo "$COLOR passed its gate"
      return
    fi
  fi
  [ -n "$problems" ] || fail "The gate of $COLOR could not run: see the message above. Nothing was given to $COLOR."
  fail "$COLOR did not pass its gate, so $SO.
$(echo "$problems" | while IFS='|' read -r host container problem; do
    echo "  color $COLOR, host $host: $problem"
    { causes "$container"; port_causes "$container" "$PORT"; } </dev/null | sed 's/^/  /'
    echo "  The last 20 lines of the log of $container:"
    docker logs --tail 20 "$container" 2>&1 </dev/null | sed 's/^/    /'
  done)"
}
