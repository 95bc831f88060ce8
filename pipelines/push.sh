#!/bin/sh
# Pushes $IMAGE to its registry as $REGISTRY_USER. The login lasts only for the push, and never reaches the
# runner's own configuration.
set -eu
: "${IMAGE:?must be the image, such as registry.example.com/shop:1.4.2}"
: "${REGISTRY_USER:?must be the user at the registry}"
: "${REGISTRY_PASSWORD:?must be the password or token at the registry}"

DOCKER_CONFIG=$(mktemp -d)
export DOCKER_CONFIG
trap 'rm -rf "$DOCKER_CONFIG"' EXIT
trap 'exit 130' HUP INT TERM
printf '%s' "$REGISTRY_PASSWORD" |
  docker login --username "$REGISTRY_USER" --password-stdin "${IMAGE%%/*}"
docker push --quiet "$IMAGE"
