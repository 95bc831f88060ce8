if [ "$(stack_of container "$CONTAINER")" = "$STACK" ]; then
  DEADLINE=$((STOP_SECONDS + 30)) docker stop "$CONTAINER" >/dev/null || :
  docker rm --force "$CONTAINER" >/dev/null
fi
