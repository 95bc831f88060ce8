# Our HAProxy in a container, as the balancer or beside the app. up runs it with the configuration in $INPUT
# (a program for the container, see edge/install.sh). A running container stays and reloads a changed
# configuration. Other ports, another image or another address need a new container.

show() {
  docker container inspect -f "$1" "$CONTAINER" 2>/dev/null
}

# hardened COMMAND OPTION...
hardened() {
  verb=$1
  shift
  docker "$verb" --label "blue-green.stack=$STACK" --cap-drop ALL --security-opt no-new-privileges \
    --read-only --tmpfs /tmp --tmpfs /run/haproxy:rw,nosuid,nodev,uid=970,gid=970,mode=755 \
    --memory 512m --pids-limit 256 --volume "$VOLUME:/edge" --pull never "$@"
}

install() {
  if [ "${1:-}" = running ]; then
    printf '%s\n' "$INPUT" | DEADLINE=$((DRAIN_SECONDS + 60)) docker exec --interactive "$CONTAINER" sh -c 'eval "$(cat)"' install running
  else
    printf '%s\n' "$INPUT" | hardened run --rm --interactive --network none "$EDGE_IMAGE" sh -c 'eval "$(cat)"' install
  fi
}

# In a network the balancer has its own address; elsewhere it shares the machine's.
attached() {
  if [ -n "$NETWORK" ]; then echo "--network $NETWORK --ip $ADDRESS"; fi
}

published() {
  for port in $PUBLISH; do printf ' --publish %s' "$port"; done
}

# No CPU limit, because every request passes the balancer. When all CPUs are busy, it takes precedence over
# the apps' containers, which have 1024 shares each.
make() {
  # shellcheck disable=SC2046
  hardened "$@" --hostname "$ROLE" $(attached) $(published) \
    --label "blue-green.spec=$(spec)" --label "blue-green.generation=$GENERATION" \
    --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 \
    --cpu-shares 8192 --restart unless-stopped "$EDGE_IMAGE" >/dev/null
}

answers() {
  docker exec "$CONTAINER" sh -c 'echo show info | socat - UNIX-CONNECT:/run/haproxy/admin.sock' 2>/dev/null |
    grep -q '^Name: HAProxy'
}

wait_until_it_answers() {
  rounds=50
  until answers; do
    rounds=$((rounds - 1))
    [ "$rounds" -gt 0 ] || fail "The $ROLE $CONTAINER does not answer. Its log:
$(docker logs --tail 20 "$CONTAINER" 2>&1)"
    sleep 0.2
  done
}

# Removes what a killed up left behind.
forget_next() {
  if [ "$(stack_of container "$CONTAINER-next")" = "$STACK" ]; then
    docker rm --force "$CONTAINER-next" >/dev/null
  fi
}

# Creates the new container before it removes the old one, which holds the ports. Traffic stops only for a
# removal and a start.
replace() {
  forget_next
  make create --name "$CONTAINER-next"
  stop_for_another
  docker rename "$CONTAINER-next" "$CONTAINER"
  docker start "$CONTAINER" >/dev/null
}

# Behind another balancer, stops only after its health checks have failed here, and reports success only
# after they have passed again.
stop_for_another() {
  if [ "$CHECK_SECONDS" -gt 0 ] && docker exec "$CONTAINER" sh /edge/leave >/dev/null 2>&1; then
    sleep "$CHECK_SECONDS"
    DEADLINE=$((DRAIN_SECONDS + 30)) docker stop --time "$((DRAIN_SECONDS + 5))" "$CONTAINER" >/dev/null || :
    has_left=yes
  fi
  docker rm --force "$CONTAINER" >/dev/null 2>&1 || :
}

wait_until_it_is_back() {
  [ -z "${has_left:-}" ] || sleep "$CHECK_SECONDS"
}

up() {
  check_owner container "$CONTAINER"
  check_owner volume "$VOLUME"
  docker volume create --label "blue-green.stack=$STACK" "$VOLUME" >/dev/null
  if [ "$(show '{{.State.Running}} {{index .Config.Labels "blue-green.spec"}}')" = "true $(spec)" ]; then
    install running
  else
    install
    if [ -n "$(show '{{.Id}}')" ]; then replace; else make run --detach --name "$CONTAINER"; fi
  fi
  wait_until_it_answers
  wait_until_it_is_back
}

down() {
  if [ "$(stack_of container "$CONTAINER")" = "$STACK" ]; then
    DEADLINE=60 docker stop --time 10 "$CONTAINER" >/dev/null || :
    docker rm --force "$CONTAINER" >/dev/null
  fi
  forget_next
  if [ "$(stack_of volume "$VOLUME")" = "$STACK" ]; then
    docker volume rm "$VOLUME" >/dev/null
  fi
}
