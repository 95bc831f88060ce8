if [ "$(stack_of container "$CONTAINER")" = "$STACK" ]; then
  DEADLINE=60 docker stop --time 10 "$CONTAINER" >/dev/null || :
  docker rm --force "$CONTAINER" >/dev/null
fi
if [ "$(stack_of volume "$VOLUME")" = "$STACK" ]; then
  docker volume rm "$VOLUME" >/dev/null
fi
