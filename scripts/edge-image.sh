# Builds the image of our HAProxy on this host; gates use it too. $INPUT is its Dockerfile. An existing
# image is kept: its name holds what it is made of.
up() {
  if ! docker image inspect "$IMAGE" >/dev/null 2>&1; then
    said=$(printf '%s\n' "$INPUT" | DEADLINE=900 docker build --pull --build-arg "BASE=$BASE" \
      --build-arg "PACKAGE_DATE=$PACKAGE_DATE" --tag "$IMAGE" - 2>&1) ||
      fail "$HOST: the image $IMAGE could not be built:
$(printf '%s\n' "$said" | tail -n 15)"
  fi
}
