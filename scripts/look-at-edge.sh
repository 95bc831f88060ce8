# Prints the state of the balancer's container as lines name=value. Changes nothing. The record of a stopped
# container is still in its volume.

# $IMAGE, or another of our images if it was not built here yet.
image_here() {
  if docker image inspect "$IMAGE" >/dev/null 2>&1; then
    echo "$IMAGE"
  else
    docker image ls --quiet blue-green-edge | head -n 1
  fi
}

record_in_volume() {
  docker volume inspect "$VOLUME" >/dev/null 2>&1 || return 0
  docker run --rm --network none --volume "$VOLUME:/edge:ro" --cap-drop ALL \
    --security-opt no-new-privileges --read-only --memory 64m --pids-limit 32 --log-driver none \
    --pull never "$(image_here)" cat /edge/route.record 2>/dev/null || :
}

up() {
  found=$(DEADLINE=20 docker ps --all --filter "name=^$CONTAINER\$" --filter "label=blue-green.stack=$STACK" \
    --format '{{.State}} {{.Label "blue-green.generation"}}')
  case $found in
  '')
    echo state=absent
    record_in_volume
    ;;
  created* | exited* | dead* | removing*)
    echo state=stopped
    record_in_volume
    ;;
  *)
    printf '%s\n' state=running "container_generation=${found#* }"
    # The image's name as given; `ps` shows an id once the name means another image.
    DEADLINE=20 docker container inspect --format 'image={{.Config.Image}}' "$CONTAINER" || :
    DEADLINE=20 docker exec "$CONTAINER" sh -c \
      'haproxy -v | sed -n "s/^HAProxy version \([^ ]*\).*/haproxy=\1/p"; exec sh /edge/show-route' || :
    ;;
  esac
}
