# A container of the app: up starts it as described and waits until it is healthy. $INPUT is its environment,
# which never appears in a command line. One of a process ($PROCESS) works or rests ($RUNS).

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

# In a network the container has the host's address; elsewhere it shares the machine's. Nothing connects to a
# process. Only in a network does Docker know the names of services.
attached() {
  for host in host.docker.internal:host-gateway ${SERVICES:-}; do printf -- '--add-host %s ' "$host"; done
  if [ -n "$PROCESS" ]; then
    echo "${NETWORK:+--network $NETWORK} --no-healthcheck --label blue-green.kind=$KIND"
  elif [ -n "$NETWORK" ]; then echo "--network $NETWORK --ip $ADDRESS"; else echo "--publish $ADDRESS:$PORT:$PORT"; fi
}

# Sets $owner to the numeric user (and group, if it is known) of the container, and $home to its folder, by the
# image's own list of users. Runs nothing of the image.
look_at_user() {
  account=$(user)
  name=${account%%:*} group=''
  case $account in *:*[!0-9]*) ;; *:*) group=${account#*:} ;; esac
  forget_look
  docker create --name "$CONTAINER-look" --label "blue-green.stack=$STACK" --network none --pull never \
    --entrypoint look "$IMAGE" >/dev/null
  entry=$(docker cp "$CONTAINER-look:/etc/passwd" - 2>/dev/null | tar -xOf - 2>/dev/null |
    awk -F : -v name="$name" '$1 == name || $3 == name { print $3 ":" $4 ":" $6; exit }')
  forget_look
  IFS=: read -r number own_group home <<END
$entry
END
  owner=${number:-$name}
  group=${group:-$own_group}
  owner=$owner${group:+:$group}
}

forget_look() {
  docker rm --force --volumes "$CONTAINER-look" >/dev/null 2>&1 || :
}

# A user without a folder of its own gets /tmp, the only one that it may write.
environment() {
  printf '%s\n' "$INPUT"
  case $home in '' | / | /nonexistent) ;; *) return 0 ;; esac
  case "
$INPUT" in *"
HOME="*) return 0 ;; esac
  docker image inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$IMAGE" | grep -q '^HOME=' || echo HOME=/tmp
}

# `name:path` of each volume that both colors share; they outlive the stack's containers.
shared() {
  printf '%s\n' "$VOLUMES" | grep . || :
}

# Folders that are the container's own, with what the image has there. Docker removes them with the container.
writable() {
  printf '%s\n' "$WRITABLE" | grep . || :
}

mounted() {
  for volume in $(shared); do printf ' --volume %s' "$volume"; done
  for folder in $(writable); do printf ' --volume %s' "$folder"; done
}

capabilities() {
  for capability in $CAP_ADD; do printf ' --cap-add %s' "$capability"; done
}

make_volumes() {
  for volume in $(shared); do
    check_owner volume "${volume%%:*}"
    docker volume create --label "blue-green.stack=$STACK" --label blue-green.keep=yes "${volume%%:*}" >/dev/null
  done
}

# Docker gives a new folder to root. A shared one that has another owner already is left as it is: the other color
# may be using it.
give_folders() {
  [ -n "$(shared)$(writable)" ] || return 0
  foreign=$({
    shared | sed 's/^[^:]*:/shared /'
    writable | sed 's/^/own /'
  } | docker run --rm --interactive --label "blue-green.stack=$STACK" --volumes-from "$CONTAINER" \
    --network none --user 0:0 --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER \
    --security-opt no-new-privileges --log-driver none --pull never "$HELPER_IMAGE" sh -c '
    while read -r kind folder; do
      uid=$(stat -c %u "$folder")
      [ "$uid" != "${1%%:*}" ] || continue
      if [ "$kind" = shared ] && [ "$uid" != 0 ]; then
        echo "$folder $uid"
      else
        find "$folder" -depth -exec chown -h "$1" {} +
      fi
    done' give "$owner")
  [ -z "$foreign" ] || fail "app.volumes: $COLOR runs as the user ${owner%%:*}, and the files in ${foreign% *} \
belong to the user ${foreign##* }, so it could not write there.
Run both colors as the same user: pulumi config set --path app.user ${foreign##* }"
}

is_within() {
  for outer in /tmp $(shared | sed 's/^[^:]*://') $(writable); do
    case $1/ in "$outer"/*) return 0 ;; esac
  done
  return 1
}

# Each container would get a folder of its own there, and a switch would lose what is in it.
refuse_lost_files() {
  for folder in $(docker image inspect -f '{{range $path, $_ := .Config.Volumes}}{{println $path}}{{end}}' "$IMAGE"); do
    is_within "${folder%/}" || fail "$COLOR: the image $IMAGE_REF keeps files in $folder (VOLUME), so each container \
would have its own, and they would be lost with it.
$([ -z "$NETWORK" ] || {
      at="app.volumes[$(shared | wc -l | tr -d ' ')]"
      echo "To keep them, in one volume for both colors: pulumi config set --path '$at.name' files && \
pulumi config set --path '$at.path' $folder
"
    })If they may be lost: pulumi config set --path 'app.writablePaths[$(writable | wc -l | tr -d ' ')]' $folder"
  done
}

# Options for the variables whose values no line can hold: docker reads these from its own environment.
long_values() {
  for name in $LONG_NAMES; do printf -- '--env %s ' "$name"; done
}

# Makes the container, and starts nothing. One that is not of its color's own has another label ($ROLE).
create() {
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
    --label "blue-green.stack=$STACK" --label "blue-green.${ROLE:-color}=$COLOR" --label "blue-green.process=${PROCESS:-web}" \
    --label "blue-green.spec=$(spec)" --label "blue-green.generation=$GENERATION" \
    --label "blue-green.settings=$SETTINGS" --label "blue-green.health=$HEALTH" \
    --label "blue-green.processes=$PROCESSES" \
    --env-file /dev/stdin $(long_values) $(attached) $(mounted) ${program:+--entrypoint "$program"} \
    --user "$(user)" --cap-drop ALL $(capabilities) --security-opt no-new-privileges \
    $([ "${READ_ONLY:-yes}" = no ] || echo --read-only) \
    --tmpfs "/tmp:rw,nosuid,nodev,size=${TMP_MB:-64}m" --memory "$MEMORY" --cpus "$CPUS" --pids-limit "$PIDS" \
    --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 \
    --restart "${RESTART:-unless-stopped}" --stop-timeout "$STOP_SECONDS" --pull never "$IMAGE" "$@"
  # Only docker has the app's variables, in a shell of its own.
  environment | (
    eval "$LONG"
    docker create "$@" >/dev/null
  )
  give_folders
}

start() {
  create
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
