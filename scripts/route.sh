# Sets the balancer's route, and prints what the balancer says it does then.
up() {
  docker exec "$EDGE" sh /edge/set-route "$ACTIVE" "$CANARY_WEIGHT" "$TESTERS" "$GENERATION" \
    "$ACTIVE_GATE" "$CANARY_GATE"
}
