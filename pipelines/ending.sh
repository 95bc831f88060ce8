#!/bin/sh
# Ends a job with the exit code $1 of bluegreen. Where that leaves something to do, says what: in the log, and on GitHub
# as an annotation and in the job's summary too. 9 (undecided) is no failure: GitHub shows a warning; if $UNDECIDED names
# a file, the job succeeds and the file tells the pipeline; elsewhere the code stays, for the pipeline to allow.
set -eu
code=${1:?must be the exit code of bluegreen}
stack=${PULUMI_STACK:-STACK}

# say KIND TITLE TEXT
say() {
  printf '%s (exit code %s). %s\n' "$2" "$code" "$3"
  [ "${GITHUB_ACTIONS:-}" = true ] || return 0
  printf '::%s title=%s::%s\n' "$1" "$2" "$3"
  [ -z "${GITHUB_STEP_SUMMARY:-}" ] || printf '### %s\n\n%s\n' "$2" "$3" >>"$GITHUB_STEP_SUMMARY"
}

case $code in
8)
  say error "The balancer's route is not the one that this ending promises, or can't be read" \
    "Which color has the users: npx bluegreen status --stack $stack. Then npx pulumi preview --stack $stack names both routes and how to keep either."
  ;;
9)
  say warning "All users have the new version, and the watch saw too few requests for a verdict" \
    "Look at the app yourself. If it is bad: npx bluegreen rollback --now --stack $stack. For a verdict next time, watch longer: npx pulumi config set --path release.watchSeconds 1800 --stack $stack"
  if [ -n "${UNDECIDED:-}" ]; then touch "$UNDECIDED"; fi
  if [ -n "${UNDECIDED:-}" ] || [ "${GITHUB_ACTIONS:-}" = true ]; then code=0; fi
  ;;
esac
exit "$code"
