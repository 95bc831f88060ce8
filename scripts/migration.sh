# Runs $COMMAND, the setting $SETTING, in a container of the app's image ($CONTAINER), while another container holds an
# advisory lock of the database. $LOCK_ENV is how that one reaches it, $LOCK_PROGRAM what it runs. Prints what the
# command printed.

LOCK=$CONTAINER-lock
ROLE=migrates
RESTART=no

runs() {
  [ "$(docker container inspect -f '{{.State.Running}}' "$1" 2>/dev/null)" = true ]
}

discard() {
  docker rm --force --volumes "$1" >/dev/null 2>&1 || :
}

# What a killed up left. Its migration may have been committed in part: it ends by itself, and this one comes after it.
wait_for_earlier() {
  left=$WAIT_SECONDS
  while runs "$CONTAINER"; do
    [ "$left" -gt 0 ] || fail "$SETTING: the migration of an earlier pulumi up still runs: docker logs $CONTAINER
Wait for its end, or end it: docker stop $CONTAINER"
    sleep 1
    left=$((left - 1))
  done
  discard "$CONTAINER"
  discard "$LOCK"
}

# An image with psql, made once on this host, so that no running balancer changes with its own.
database_image() {
  image=blue-green-database:${EDGE_IMAGE##*:}
  docker image inspect "$image" >/dev/null 2>&1 ||
    said=$(printf '%s\n' "FROM $EDGE_IMAGE" 'USER root' 'RUN apt-get update \' \
      ' && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends postgresql-client \' \
      ' && rm -rf /var/lib/apt/lists/*' 'USER haproxy' |
      DEADLINE=600 docker build --tag "$image" - 2>&1) ||
    fail "$SETTING: the image $image with psql could not be built:
$(printf '%s\n' "$said" | tail -n 10)"
}

lock_log() {
  docker logs "$LOCK" 2>&1
}

take_lock() {
  # shellcheck disable=SC2046
  printf '%s\n' "$LOCK_ENV" | docker run --detach --name "$LOCK" --init --label "blue-green.stack=$STACK" \
    --env-file /dev/stdin $(attached) --user 65534:65534 --cap-drop ALL --security-opt no-new-privileges --read-only \
    --tmpfs /tmp --memory 128m --pids-limit 64 --log-driver json-file --log-opt max-size=1m --pull never "$image" \
    sh -c "$LOCK_PROGRAM" >/dev/null
  while ! lock_log | grep -qx locked; do
    runs "$LOCK" || fail "$SETTING was not run: $(no_lock "$(lock_log | tail -n 1)")"
    sleep 0.5
  done
}

no_lock() {
  case $1 in
  held*) echo "another migration of this database has run for more than $WAIT_SECONDS seconds. Its lock is $1." ;;
  *) echo "the database of database.url could not be reached from host $HOST: ${1#error }" ;;
  esac
}

# Ends the lock with the migration, also where this script is killed before.
guard_lock() {
  (
    trap '' HUP INT TERM
    trap - EXIT
    while kill -0 $$ || runs "$CONTAINER"; do sleep 1; done
    discard "$LOCK"
  ) </dev/null >/dev/null 2>&1 &
}

# Runs it once. Sets $problem if it did not succeed, and $output.
attempt() {
  problem='' began=$(lock_log | grep -cx cancelled || :)
  discard "$CONTAINER"
  create
  if said=$(docker start "$CONTAINER" 2>&1 >/dev/null); then follow; else
    problem="can't start: $(printf '%s\n' "$said" | head -n 1)"
  fi
  output=$(docker logs "$CONTAINER" 2>&1)
}

follow() {
  while runs "$CONTAINER"; do
    if ! runs "$LOCK"; then
      problem="was stopped, because it no longer had its lock: $(lock_log | tail -n 1)"
    elif [ "$(date +%s)" -ge "$deadline" ]; then
      problem="was stopped after $MIGRATION_SECONDS seconds"
    fi
    if [ -n "$problem" ]; then
      stop || :
      return
    fi
    sleep 0.5
  done
  code=$(show '{{.State.ExitCode}}')
  [ "$code" = 0 ] || problem="exited with code $code"
}

# Not the messages of other languages: with these, it is not tried again.
got_no_lock() {
  [ "$(lock_log | grep -cx cancelled || :)" != "$began" ] ||
    printf '%s\n' "$output" | grep -qiE 'lock timeout|LockNotAvailable|55P03|deadlock detected'
}

give_up() {
  holder=$(lock_log | grep '^blocked by' | tail -n 1)
  fail "$SETTING $problem ($COLOR, host $HOST, image $IMAGE_REF).${1:+
$1${holder:+ It was $holder.
End that transaction, or that session: SELECT pg_terminate_backend(PID)}}
What it had not committed, the database has undone. The last 20 lines of its output:
$(printf '%s\n' "$output" | tail -n 20 | sed 's/^/  /')"
}

up() {
  check_owner container "$CONTAINER"
  wait_for_earlier
  database_image
  trap 'discard "$CONTAINER"; discard "$LOCK"' EXIT
  trap 'exit 143' HUP INT TERM
  take_lock
  guard_lock
  deadline=$(($(date +%s) + MIGRATION_SECONDS)) tried=1 pause=1
  while :; do
    attempt
    [ -n "$problem" ] || break
    got_no_lock || give_up ''
    [ "$tried" -lt "$TRIES" ] ||
      give_up "It waited for a lock for more than $LOCK_SECONDS seconds, in each of $TRIES tries."
    sleep "$pause"
    tried=$((tried + 1)) pause=$((pause < 16 ? pause * 2 : 30))
  done
  printf '%s\n' "$output"
  [ "$tried" -eq 1 ] || echo "($tried tries: the others got no lock within $LOCK_SECONDS seconds)"
}
