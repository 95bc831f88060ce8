#!/bin/sh
# Runs the app's own tests, $1 or app/test.sh, against the idle color of a release that waits, at $PREVIEW_URL.
set -eu
tests=${1:-app/test.sh}
npx bluegreen refresh-config
status=$(npx bluegreen status --json)
waits=$(printf '%s' "$status" | node -pe '!(JSON.parse(fs.readFileSync(0)).release?.hasEnded ?? true)')
PREVIEW_URL=$(npx pulumi stack output previewUrl)
export PREVIEW_URL

if [ "$waits" != true ]; then
  echo "No release waits: nothing to test."
elif [ ! -x "$tests" ]; then
  echo "There is no $tests that can be run: nothing to test."
elif [ -z "$PREVIEW_URL" ]; then
  echo "This stack's balancer has no address of its own for the idle color: nothing to test."
else
  "$tests"
fi
