# Prepares a new host and updates its keys: waits for cloud-init and Docker, then replaces the first boot's
# keys with the permanent ones. $INPUT is the private host key, $AUTHORIZED the lines of authorized_keys,
# the deploy key first.

wait_for_cloud_init() {
  # Exits 1 if it failed, and 2 if it continued after a warning.
  said=$(timeout "$BOOT_SECONDS" cloud-init status --wait --long 2>&1) || case $? in
  2) ;;
  124) fail "$HOST: cloud-init has not finished after $BOOT_SECONDS seconds. Log in and see /var/log/cloud-init-output.log." ;;
  *) fail "$HOST: cloud-init failed. Log in and see /var/log/cloud-init-output.log; it said:
$(printf '%s\n' "$said" | tr -s '.' '.' | tail -n 5)" ;;
  esac
}

# Replaces the old file atomically, with the permissions already set.
install_file() {
  sudo install -m "$1" -o "$2" -g "$2" /dev/stdin "$3.new"
  sudo mv "$3.new" "$3"
}

install_host_key() {
  key=/etc/ssh/ssh_host_ed25519_key
  [ "$(sudo cat "$key" 2>/dev/null)" != "$INPUT" ] || return 0
  printf '%s\n' "$INPUT" | install_file 600 root "$key"
  sudo ssh-keygen -y -f "$key" | install_file 644 root "$key.pub"
  sudo systemctl reload ssh
}

up() {
  wait_for_cloud_init
  docker info >/dev/null 2>&1 || fail "$HOST: Docker is not running. Log in and see: journalctl -u docker"
  install_host_key
  printf '%s\n' "$AUTHORIZED" | install_file 600 "$(id -un)" "$HOME/.ssh/authorized_keys"
  echo ready
}
