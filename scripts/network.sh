# The stack's network on this machine; up prints its subnet. Docker picks a free subnet, but allows fixed
# addresses only in a requested one, so the network is created twice. The lower half holds the fixed
# addresses; Docker assigns the upper half.

subnet_of() {
  docker network inspect -f '{{(index .IPAM.Config 0).Subnet}}' "$1"
}

upper_half() {
  echo "$1" | {
    IFS=./ read -r a b c d prefix
    half=$(((a << 24) + (b << 16) + (c << 8) + d + (1 << (31 - prefix))))
    echo "$((half >> 24 & 255)).$((half >> 16 & 255)).$((half >> 8 & 255)).$((half & 255))/$((prefix + 1))"
  }
}

gateway() {
  echo "$1" | {
    IFS=./ read -r a b c d prefix
    echo "$a.$b.$c.$((d + 1))"
  }
}

create() {
  label="blue-green.stack=$STACK"
  docker network rm "$NETWORK-pick" >/dev/null 2>&1 || :
  docker network create --label "$label" "$NETWORK-pick" >/dev/null || return 1
  picked=$(subnet_of "$NETWORK-pick")
  docker network rm "$NETWORK-pick" >/dev/null
  docker network create --label "$label" --subnet "$picked" --gateway "$(gateway "$picked")" \
    --ip-range "$(upper_half "$picked")" "$NETWORK" >/dev/null
}

up() {
  check_owner network "$NETWORK"
  tries=5
  until docker network inspect "$NETWORK" >/dev/null 2>&1 || create; do
    # Another stack may have taken the subnet between the two calls.
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "Docker could not create the network $NETWORK; see the message above."
    sleep 1
  done
  subnet_of "$NETWORK"
}

# The files of app.volumes outlive the stack, unless the user asks for their removal.
is_kept() {
  [ "${BLUEGREEN_REMOVE_VOLUMES:-}" != yes ] &&
    [ "$(docker volume inspect -f '{{index .Labels "blue-green.keep"}}' "$1")" = yes ]
}

# Removes containers that a killed `up` made without recording them: of a gate, a host or the balancer. Its
# scripts may still be running. The rest of the stack is gone.
sweep() {
  of_stack="label=blue-green.stack=$STACK"
  for container in $(docker ps --all --quiet --filter "$of_stack"); do
    docker rm --force --volumes "$container" >/dev/null || :
  done
  for volume in $(docker volume ls --quiet --filter "$of_stack"); do
    is_kept "$volume" || docker volume rm "$volume" >/dev/null || :
  done
}

# Containers of others that someone has connected to the network.
foreign() {
  for container in $(docker network inspect -f '{{range .Containers}}{{println .Name}}{{end}}' "$1"); do
    [ "$(stack_of container "$container")" = "$STACK" ] || echo "$container"
  done
}

refuse_foreign() {
  guests=$(foreign "$1")
  [ -z "$guests" ] || fail "The network $1 can't be removed: these containers of others are connected to it.
$(for guest in $guests; do echo "  docker network disconnect $1 $guest"; done)"
}

down() {
  for network in "$NETWORK-pick" "$NETWORK"; do
    [ "$(stack_of network "$network")" = "$STACK" ] || continue
    refuse_foreign "$network"
    tries=30
    until
      sweep
      said=$(docker network rm "$network" 2>&1)
    do
      tries=$((tries - 1))
      [ "$tries" -gt 0 ] || fail "$said"
      sleep 1
    done
  done
  sweep
}
