# A container of the app: up starts it as described and waits until it is healthy. $INPUT is its environment,
# which never appears in a command line. One of a process ($PROCESS) works or rests ($RUNS).

show() {
  docker container inspect -f "$1" "$CONTAINER" 2>/dev/null
}

# In a network the container has the host's address; elsewhere it shares the machine's. Nothing connects to a
# process. Only in a network does Docker know the names of services.
attached() {
  for host in host.docker.internal:host-gateway ${SERVICES:-}; do printf -- '--add-host %s ' "$host"; done
  if [ -n "$PROCESS" ]; then
    echo "${NETWORK:+--network $NETWORK} --no-healthcheck --label blue-green.kind=$KIND"
  elif [ -n "$NETWORK" ]; then echo "--network $NETWORK --ip $ADDRESS"; else echo "--publish $ADDRESS:$PORT:$PORT"; fi
}

capabilities() {
  for capability in $CAP_ADD; do printf ' --cap-add %s' "$capability"; done
}

# Options for the variables whose values no line can hold: docker reads these from its own environment.
long_values() {
  for name in $LONG_NAMES; do printf -- '--env %s ' "$name"; done
}

start() {
  look_at_user
  make_volumes
  eval "set -- $ENTRYPOINT $COMMAND"
  program=''
  if [ -n "$ENTRYPOINT" ]; then
    program=$1
    shift
  fi
  # shellcheck disable=SC2046
  set -- --name "$CONTAINER" --hostname "${NODE:-$HOST}" \
    --label "blue-green.stack=$STACK" --label "blue-green.color=$COLOR" --label "blue-green.process=${PROCESS:-web}" \
    --label "blue-green.spec=$(spec)" --label "blue-green.generation=$GENERATION" \
    --label "blue-green.settings=$SETTINGS" --label "blue-green.health=$HEALTH" \
    --label "blue-green.processes=$PROCESSES" \
    --env-file /dev/stdin $(long_values) $(attached) $(mounted) ${program:+--entrypoint "$program"} \
    --user "$(user)" --cap-drop ALL $(capabilities) --security-opt no-new-privileges \
    $([ "${READ_ONLY:-yes}" = no ] || echo --read-only) \
    --tmpfs "/tmp:rw,nosuid,nodev,size=${TMP_MB:-64}m" --memory "$MEMORY" --cpus "$CPUS" --pids-limit "$PIDS" \
    --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 \
    --restart unless-stopped --stop-timeout "$STOP_SECONDS" --pull never "$IMAGE" "$@"
  # Only docker has the app's variables, in a shell of its own.
  environment | (
    eval "$LONG"
    docker create "$@" >/dev/null
  )
  give_folders
  said=$(docker start "$CONTAINER" 2>&1 >/dev/null) || give_up "can't start: $(printf '%s\n' "$said" | head -n 1)"
}

stop() {
  DEADLINE=$((STOP_SECONDS + 30)) docker stop "$CONTAINER" >/dev/null
}

# The last log of this container stays on the host for `bluegreen logs`: its successor has the same name.
kept_log() {
  echo "${XDG_STATE_HOME:-$HOME/.local/state}/blue-green/logs/$CONTAINER"
}

keep_log() {
  file=$(kept_log)
  (umask 077 && mkdir -p "${file%/*}" && docker logs --timestamps --tail 5000 "$CONTAINER" 2>&1 | tail -c 1000000 >"$file.new")
  mv "$file.new" "$file"
}

remove() {
  stop || :
  # A full disk, or no home, is no reason to keep the old version.
  (keep_log) 2>/dev/null || :
  docker rm --force --volumes "$CONTAINER" >/dev/null
}

# A new generation asks for a new container where the old one runs and is unhealthy.
is_to_be_mended() {
  [ "$(show '{{if .State.Health}}{{.State.Health.Status}}{{end}}')" = unhealthy ] &&
    [ "$(show '{{index .Config.Labels "blue-green.generation"}}')" != "$GENERATION" ]
}

# Stops a process, and keeps it for its log. A single has the same name in both colors.
rest() {
  if [ "$(show '{{.State.Running}} {{index .Config.Labels "blue-green.color"}}' || :)" = "true $COLOR" ]; then stop; fi
}

# A label of another health check, or of other processes of its color, would mislead a later up; a container of an
# earlier version has none.
has_stale_label() {
  had=$(show "{{index .Config.Labels \"blue-green.$1\"}}")
  [ -n "$had" ] && [ "$had" != "$2" ]
}

up() {
  check_owner container "$CONTAINER"
  if [ "$RUNS" = no ]; then
    rest
    return
  fi
  current=$(show '{{.State.Running}} {{index .Config.Labels "blue-green.spec"}}' || :)
  if [ "$current" != "true $(spec)" ] || is_to_be_mended ||
    has_stale_label health "$HEALTH" || has_stale_label processes "$PROCESSES"; then
    refuse_lost_files
    [ -z "$current" ] || remove
    start
  fi
  wait_until_healthy
  show '{{.Id}}'
}

down() {
  if [ "$(show '{{index .Config.Labels "blue-green.stack"}} {{index .Config.Labels "blue-green.color"}}')" = "$STACK $COLOR" ]; then
    DEADLINE=$((STOP_SECONDS + 30)) docker stop "$CONTAINER" >/dev/null || :
    docker rm --force --volumes "$CONTAINER" >/dev/null
  fi
  (rm -f "$(kept_log)") 2>/dev/null || :
  forget_look
}
