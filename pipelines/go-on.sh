#!/bin/sh
# Sends on a release that waits (promote), or goes on with one that was stopped (resume). Where it comes to
# a step that waits for a person it ends well, as a release does.
set -eu
action=${1:?is to be promote or resume}

npx bluegreen refresh-config
code=0
npx bluegreen "$action" --yes --wait 0 || code=$?
[ "$code" -ne 5 ] || code=0
exit "$code"
