#!/bin/sh
# Releases $IMAGE. If the release waits for approval, exits 0 and creates the file $1.
set -eu
waits=${1:?must be the file to create if the release waits}
: "${IMAGE:?must be the image, such as registry.example.com/shop:1.4.2}"

npx bluegreen refresh-config
code=0
npx bluegreen release --image "$IMAGE" --yes --wait "${WAIT_SECONDS:-0}" || code=$?
[ "$code" -ne 5 ] || { code=0 && touch "$waits"; }
exec "$(dirname "$0")/ending.sh" "$code"
