set -eu

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Every docker command has its own deadline: $DEADLINE seconds, 60 by default. macOS has no timeout command.
docker() {
  { command docker "$@" <&3 & } 3<&0
  docker_pid=$!
  (
    left=${DEADLINE:-60}
    while [ "$left" -gt 0 ] && kill -0 "$docker_pid"; do
      sleep 1
      left=$((left - 1))
    done
    kill "$docker_pid"
  ) >/dev/null 2>&1 &
  docker_watch=$!
  docker_status=0
  wait "$docker_pid" || docker_status=$?
  kill "$docker_watch" 2>/dev/null || :
  if [ "$docker_status" -eq 143 ]; then
    printf 'docker %s: no answer within %s seconds\n' "$1" "${DEADLINE:-60}" >&2
  fi
  return "$docker_status"
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

# Hashes every value whose change needs a new container. The others may change without a restart.
spec() {
  printf '%s\n' "$FIXED" | while read -r name change _; do
    [ "$change" != restart ] || eval "printf '%s\n' \"\$$name\""
  done | sha256
}

# The stack that a container, network or volume belongs to; empty if none.
stack_of() {
  docker "$1" inspect -f "{{index $([ "$1" = container ] && echo .Config).Labels \"blue-green.stack\"}}" "$2" 2>/dev/null || :
}

# Refuses to touch an object with our name that belongs to another stack.
check_owner() {
  if docker "$1" inspect "$2" >/dev/null 2>&1 && [ "$(stack_of "$1" "$2")" != "$STACK" ]; then
    fail "The $1 $2 already exists and does not belong to the stack $STACK. Remove it (docker $1 rm $2), or rename the stack."
  fi
}

