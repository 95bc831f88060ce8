# Waits until a container of the app is healthy, or says why it is not.

# The other workers that this up has started: none of a color may work if one of them can't. Those that worked
# before have another generation.
stop_siblings() {
  [ "$KIND" = worker ] || return 0
  for sibling in $(docker ps --quiet --filter "label=blue-green.stack=$STACK" --filter label=blue-green.kind=worker \
    --filter "label=blue-green.color=$COLOR" --filter "label=blue-green.generation=$GENERATION"); do
    DEADLINE=$((STOP_SECONDS + 30)) docker stop "$sibling" >/dev/null || :
  done
}

give_up() {
  stop_siblings
  reasons=$(causes "$CONTAINER")
  log=$(docker logs --tail 20 "$CONTAINER" 2>&1 | sed 's/^/  /')
  fail "$COLOR: the container $CONTAINER on host $HOST $1 (image $IMAGE_REF).${reasons:+
$reasons}
The last 20 lines of its log:
$log$(remedy "$1
$log")"
}

# The setting for an image that needs more than a container has here.
remedy() {
  case $1 in
  *[Oo]'peration not permitted'*)
    echo "
If its program asks for a capability: pulumi config set --path 'app.capAdd[0]' NET_BIND_SERVICE"
    ;;
  *[Rr]'ead-only file system'* | *EROFS* | *[Pp]'ermission denied'* | *EACCES*)
    folder=$(docker image inspect -f '{{.Config.WorkingDir}}' "$IMAGE")
    case $folder in '' | /) folder=/app ;; esac
    echo "
If it writes to a folder of its image, such as $folder, allow that: pulumi config set --path \
'app.writablePaths[$(writable | wc -l | tr -d ' ')]' $folder"
    ;;
  esac
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

# Without a HEALTHCHECK, a container that still runs after three seconds counts as started; the gate checks the
# rest. Nothing checks a process later, so it has to run for six.
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
    if [ "$3" = none ]; then
      [ "$rounds" -lt "$([ -n "$PROCESS" ] && echo 12 || echo 6)" ] || return 0
    else
      [ "$rounds" -lt $((HEALTH_SECONDS * 2)) ] ||
        give_up "is not healthy after $HEALTH_SECONDS seconds; its HEALTHCHECK said: $(last_health_answer)"
    fi
    sleep 0.5
    rounds=$((rounds + 1))
  done
}
