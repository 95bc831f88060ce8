# Checks every host of a color from inside the stack's network, where its traffic would come from. $INPUT
# is a program for a temporary container; it prints `host|container|problem` for each host that failed.

up() {
  if problems=$(printf '%s\n' "$INPUT" | DEADLINE=$((GATE_SECONDS + 30)) docker run --rm --interactive \
    --label "blue-green.stack=$STACK" --network "${NETWORK:-host}" --user 65534:65534 --cap-drop ALL \
    --security-opt no-new-privileges --read-only --tmpfs /tmp --memory 256m --pids-limit 2048 \
    --log-driver none --pull never "$EDGE_IMAGE" sh -c 'eval "$(cat)"'); then
    echo "$COLOR passed its gate"
    return
  fi
  [ -n "$problems" ] || fail "The gate of $COLOR could not run: see the message above. The route is unchanged."
  fail "$COLOR did not pass its gate, so the route is unchanged.
$(echo "$problems" | while IFS='|' read -r host container problem; do
    echo "  color $COLOR, host $host: $problem"
    echo "  The last 20 lines of the log of $container:"
    docker logs --tail 20 "$container" 2>&1 </dev/null | sed 's/^/    /'
  done)"
}
