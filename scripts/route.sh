# Sets the balancer's route, and prints the route that the balancer then reports. `bluegreen` passes a grant in the
# environment: no input, because a later up without it changes nothing.
up() {
  docker exec "$EDGE" sh /edge/set-route "$ACTIVE" "$CANARY_WEIGHT" "$TESTERS" "$GENERATION" \
    "$ACTIVE_GATE" "$CANARY_GATE" "${BLUEGREEN_GRANT:-}"
}
