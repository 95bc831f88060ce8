# The HAProxy between the managed balancer and the app on this host. $INPUT is its configuration. A
# change makes a new container, which interrupts this host's traffic for about a second.

spec() {
  printf '%s\n' "$EDGE_IMAGE" "$TRAFFIC" "$HEALTH" "$INPUT" | sha256
}

show() {
  docker container inspect -f "$1" "$CONTAINER" 2>/dev/null
}

# It has its configuration from its environment, so that Docker can start it again by itself.
start() {
  docker run --detach --name "$CONTAINER" --hostname sidecar \
    --label "blue-green.stack=$STACK" --label "blue-green.spec=$(spec)" --env "CONFIG=$INPUT" \
    --publish "$TRAFFIC" --publish "$HEALTH" \
    --cap-drop ALL --security-opt no-new-privileges --read-only --tmpfs /tmp --memory 256m \
    --pids-limit 128 --cpu-shares 8192 \
    --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 \
    --restart unless-stopped --pull never "$EDGE_IMAGE" \
    sh -c 'printf "%s\n" "$CONFIG" >/tmp/haproxy.cfg && exec haproxy -W -db -f /tmp/haproxy.cfg' >/dev/null
}

wait_until_it_runs() {
  rounds=20
  until docker exec "$CONTAINER" curl --silent --output /dev/null http://127.0.0.1:8082/; do
    rounds=$((rounds - 1))
    [ "$rounds" -gt 0 ] || fail "$HOST: the sidecar $CONTAINER does not answer. Its log:
$(docker logs --tail 20 "$CONTAINER" 2>&1)"
    sleep 0.5
  done
}

up() {
  check_owner container "$CONTAINER"
  if [ "$(show '{{.State.Running}} {{index .Config.Labels "blue-green.spec"}}')" != "true $(spec)" ]; then
    docker rm --force "$CONTAINER" >/dev/null 2>&1 || :
    start
  fi
  wait_until_it_runs
}
