# The app's container: up starts it as described and waits until it is healthy. $INPUT is its environment,
# which never appears in a command line.

show() {
  docker container inspect -f "$1" "$CONTAINER" 2>/dev/null
}

# 0, 00, +0
is_zero() {
  case ${1#+} in '' | *[!0]*) return 1 ;; esac
}

# An image whose default user is root runs as the user nobody, and one whose group is root in nobody's group.
user() {
  if [ -n "$APP_USER" ]; then
    echo "$APP_USER"
    return
  fi
  own=$(docker image inspect -f '{{.Config.User}}' "$IMAGE")
  case $own in *:*) group=${own#*:} ;; *) group='' ;; esac
  if [ -z "$own" ] || [ "${own%%:*}" = root ] || is_zero "${own%%:*}"; then
    echo 65534:65534
  elif [ "$group" = root ] || is_zero "$group"; then
    echo "${own%%:*}:65534"
  else
    echo "$own"
  fi
}

# In a network the container has the host's address; elsewhere it shares the machine's.
attached() {
  if [ -n "$NETWORK" ]; then echo "--network $NETWORK --ip $ADDRESS"; else echo "--publish $ADDRESS:$PORT:$PORT"; fi
}

# Options for the variables whose values no line can hold: docker reads these from its own environment.
long_values() {
  for name in ${LONG_NAMES:-}; do printf -- '--env %s ' "$name"; done
}

start() {
  # shellcheck disable=SC2046
  set -- --detach --name "$CONTAINER" --hostname "$HOST" \
    --label "blue-green.stack=$STACK" --label "blue-green.color=$COLOR" \
    --label "blue-green.spec=$(spec)" --label "blue-green.generation=$GENERATION" \
    --label "blue-green.settings=$SETTINGS" --label "blue-green.health=$HEALTH" \
    --env-file /dev/stdin $(long_values) $(attached) \
    --user "$(user)" --cap-drop ALL --security-opt no-new-privileges --read-only \
    --tmpfs /tmp:rw,nosuid,nodev,size=64m --memory "$MEMORY" --cpus "$CPUS" --pids-limit "$PIDS" \
    --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 \
    --restart unless-stopped --stop-timeout "$STOP_SECONDS" --pull never "$IMAGE"
  # Only docker has the app's variables, in a shell of its own.
  printf '%s\n' "$INPUT" | (
    eval "${LONG:-}"
    docker run "$@" >/dev/null
  )
}

stop() {
  DEADLINE=$((STOP_SECONDS + 30)) docker stop "$CONTAINER" >/dev/null
}

remove() {
  stop || :
  docker rm --force "$CONTAINER" >/dev/null
}

give_up() {
  reasons=$(causes "$CONTAINER")
  fail "$COLOR: the container $CONTAINER on host $HOST $1 (image $IMAGE_REF).${reasons:+
$reasons}
The last 20 lines of its log:
$(docker logs --tail 20 "$CONTAINER" 2>&1 | sed 's/^/  /')"
}

# Docker forgets the exit code when it restarts the container, so read it between two starts.
exit_code() {
  tries=100
  while [ "$tries" -gt 0 ]; do
    # shellcheck disable=SC2046
    set -- $(show '{{.State.Status}} {{.State.ExitCode}}' || echo gone unknown)
    if [ "$1" != running ]; then
      echo "$2"
      return
    fi
    tries=$((tries - 1))
    sleep 0.1
  done
  echo unknown
}

last_health_answer() {
  show '{{with .State.Health}}{{range .Log}}{{println .Output}}{{end}}{{end}}' | tail -n 3 | cut -c 1-300
}

# Without a HEALTHCHECK, a container that still runs after three seconds counts as started; the gate
# checks the rest.
wait_until_healthy() {
  restarts=$(show '{{.RestartCount}}')
  rounds=0
  while :; do
    # shellcheck disable=SC2046
    set -- $(show '{{.State.Status}} {{.RestartCount}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}' || echo gone 0 none)
    if [ "$1" != running ] || [ "$2" -gt "$restarts" ]; then
      code=$(exit_code)
      stop || :
      give_up "exited with code $code instead of running"
    fi
    [ "$3" != healthy ] || return 0
    [ "$3" != none ] || [ "$rounds" -lt 6 ] || return 0
    [ "$rounds" -lt $((HEALTH_SECONDS * 2)) ] ||
      give_up "is not healthy after $HEALTH_SECONDS seconds; its HEALTHCHECK said: $(last_health_answer)"
    sleep 0.5
    rounds=$((rounds + 1))
  done
}

# A new generation asks for a new container where the old one runs and is unhealthy.
is_to_be_mended() {
  [ "$(show '{{if .State.Health}}{{.State.Health.Status}}{{end}}')" = unhealthy ] &&
    [ "$(show '{{index .Config.Labels "blue-green.generation"}}')" != "$GENERATION" ]
}

# A label of another health check would mislead a later up; a container of an earlier version has none.
is_asked_otherwise() {
  had=$(show '{{index .Config.Labels "blue-green.health"}}')
  [ -n "$had" ] && [ "$had" != "$HEALTH" ]
}

up() {
  check_owner container "$CONTAINER"
  case "$(show '{{.State.Running}} {{index .Config.Labels "blue-green.spec"}}' || :)" in
  "true $(spec)")
    if is_to_be_mended || is_asked_otherwise; then
      remove
      start
    fi
    ;;
  "") start ;;
  *)
    remove
    start
    ;;
  esac
  wait_until_healthy
  show '{{.Id}}'
}

down() {
  if [ "$(stack_of container "$CONTAINER")" = "$STACK" ]; then
    DEADLINE=$((STOP_SECONDS + 30)) docker stop "$CONTAINER" >/dev/null || :
    docker rm --force "$CONTAINER" >/dev/null
  fi
}
