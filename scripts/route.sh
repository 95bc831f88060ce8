# Sets the balancer's route, and prints the route that the balancer then reports.
up() {
  docker exec "$EDGE" sh /edge/set-route "$ACTIVE" "$CANARY_WEIGHT" "$TESTERS" "$GENERATION" \
    "$ACTIVE_GATE" "$CANARY_GATE"
}
