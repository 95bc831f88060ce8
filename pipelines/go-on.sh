#!/bin/sh
# Continues a release that waits (promote) or was stopped (resume). Exits 0 if the release then waits for
# approval again, as release.sh does.
set -eu
action=${1:?must be promote or resume}

npx bluegreen refresh-config
code=0
npx bluegreen "$action" --yes --wait 0 || code=$?
[ "$code" -ne 5 ] || code=0
exec "$(dirname "$0")/ending.sh" "$code"
