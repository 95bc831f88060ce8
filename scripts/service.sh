# A service beside both colors: up starts its container as described and waits until it is ready. $INPUT is its
# environment. Its files are in a volume that outlives the stack. A change sets the old container aside, and puts
# it back if the new one does not become ready.

ASIDE=$CONTAINER-before

show() {
  docker container inspect -f "$1" "${2:-$CONTAINER}" 2>/dev/null
}

exists() {
  show '{{.Id}}' "$1" >/dev/null
}

is_current() {
  [ "$(show '{{.State.Running}} {{index .Config.Labels "blue-green.spec"}}' || :)" = "true $(spec)" ]
}

remove() {
  docker rm --force --volumes "$1" >/dev/null
}

# Prints the folder of the service's files.
kept() {
  if [ -n "$FOLDER" ]; then
    echo "$FOLDER"
    return
  fi
  declared=$(docker image inspect -f '{{range $path, $_ := .Config.Volumes}}{{println $path}}{{end}}' "$IMAGE" | grep . || :)
  # shellcheck disable=SC2086
  set -- $declared
  [ $# -le 1 ] || fail "services.$SERVICE.volume: the image $IMAGE_REF keeps files in several folders: $*
Name the one whose files must be kept: pulumi config set --path services.$SERVICE.volume $1"
  echo "$declared"
}

# Images of databases begin as root, give their folder to a user of their own, and become that user.
start() {
  folder=$(kept)
  if [ -n "$folder" ]; then
    check_owner volume "$VOLUME"
    docker volume create --label "blue-green.stack=$STACK" --label blue-green.keep=yes "$VOLUME" >/dev/null
  fi
  eval "set -- $COMMAND"
  printf '%s\n' "$INPUT" | docker run --detach --name "$CONTAINER" --hostname "$SERVICE" \
    --label "blue-green.stack=$STACK" --label "blue-green.service=$SERVICE" --label "blue-green.spec=$(spec)" \
    --env-file /dev/stdin --network "$NETWORK" --network-alias "$SERVICE" \
    ${ADDRESS:+--publish "$ADDRESS:$PORT:$PORT"} \
    --add-host host.docker.internal:host-gateway ${folder:+--volume "$VOLUME:$folder"} --shm-size 256m \
    --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER --cap-add SETGID --cap-add SETUID \
    --security-opt no-new-privileges --memory "$MEMORY" --pids-limit 1024 \
    ${HEALTH_COMMAND:+--health-cmd "$HEALTH_COMMAND" --health-interval 2s --health-timeout 5s} \
    --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 \
    --restart unless-stopped --stop-timeout 60 --pull never "$IMAGE" "$@" >/dev/null
}

answers() {
  docker run --rm --network "$NETWORK" --cap-drop ALL --security-opt no-new-privileges --read-only --memory 64m \
    --pids-limit 32 --log-driver none --pull never "$HELPER_IMAGE" \
    socat -u OPEN:/dev/null "TCP:$SERVICE:$PORT,connect-timeout=2" >/dev/null 2>&1
}

# Prints why it is not ready.
wait_until_ready() {
  left=$HEALTH_SECONDS
  while :; do
    # shellcheck disable=SC2046
    set -- $(show '{{.State.Status}} {{.RestartCount}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}' || echo gone 0 none)
    if [ "$1" != running ] || [ "$2" -gt 0 ]; then
      echo "exited instead of running"
      return 1
    fi
    [ "$3" != healthy ] || return 0
    if [ "$3" = none ] && answers; then return 0; fi
    if [ "$left" -le 0 ]; then
      if [ "$3" = none ]; then echo "does not accept connections on port $PORT after $HEALTH_SECONDS seconds"; else
        echo "is not healthy after $HEALTH_SECONDS seconds: $(show '{{with .State.Health}}{{range .Log}}{{println .Output}}{{end}}{{end}}' | tail -n 3 | cut -c 1-300)"
      fi
      return 1
    fi
    left=$((left - 1))
    sleep 1
  done
}

set_aside() {
  DEADLINE=90 docker stop "$CONTAINER" >/dev/null
  docker update --restart no "$CONTAINER" >/dev/null
  docker rename "$CONTAINER" "$ASIDE"
}

put_back() {
  docker rename "$ASIDE" "$CONTAINER"
  docker update --restart unless-stopped "$CONTAINER" >/dev/null
  docker start "$CONTAINER" >/dev/null
}

give_up() {
  log=$(docker logs --tail 20 "$CONTAINER" 2>&1 | sed 's/^/  /')
  after="It is stopped."
  if exists "$ASIDE"; then
    DEADLINE=90 docker stop "$CONTAINER" >/dev/null || :
    remove "$CONTAINER"
    put_back
    after="The container that ran before is back."
  else
    docker stop "$CONTAINER" >/dev/null || :
  fi
  fail "services.$SERVICE: its container $1 (image $IMAGE_REF). $after
The last 20 lines of its log:
$log"
}

up() {
  check_owner container "$CONTAINER"
  if ! is_current; then
    if exists "$ASIDE"; then
      # A change was interrupted: what runs now never became ready.
      ! exists "$CONTAINER" || remove "$CONTAINER"
    elif exists "$CONTAINER"; then
      set_aside
    fi
    start
  fi
  why=$(wait_until_ready) || give_up "$why"
  ! exists "$ASIDE" || remove "$ASIDE"
}

# The volume stays; network.sh removes it where that is asked for.
down() {
  for container in "$CONTAINER" "$ASIDE"; do
    [ "$(stack_of container "$container")" = "$STACK" ] || continue
    DEADLINE=90 docker stop "$container" >/dev/null || :
    remove "$container"
  done
}
