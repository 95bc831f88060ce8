for network in "$NETWORK-pick" "$NETWORK"; do
  if [ "$(stack_of network "$network")" = "$STACK" ]; then
    docker network rm "$network" >/dev/null
  fi
done
