# Brings the image to this host and prints its id and its digest (or the id twice, if it came from no
# registry). A tag is looked up in its registry, because this host's copy may be old, unless it was pulled just now
# ($PULLED). An image that was built here is in no registry.

# A folder for the pull, in memory where the host has /dev/shm: docker login keeps the password there. However
# this script ends, its guard removes the folder within a second; the next run removes what a guard could not.
make_folder() {
  parent=${TMPDIR:-/tmp}
  [ ! -w /dev/shm ] || parent=/dev/shm
  for old in "$parent"/blue-green-pull.*; do
    # The name ends with the process that made it.
    kill -0 "${old##*.}" 2>/dev/null || rm -rf "$old"
  done
  folder=$parent/blue-green-pull.$$
  trap 'rm -rf "$folder"' EXIT
  (umask 077 && mkdir "$folder")
  (
    trap '' HUP INT TERM
    trap - EXIT
    while [ -d "$folder" ] && kill -0 $$; do sleep 1; done
    rm -rf "$folder"
  ) </dev/null >/dev/null 2>&1 &
}

# If the login fails, $said and $remedy hold the reason and what to do.
login() {
  [ -n "$REGISTRY" ] || return 0
  DOCKER_CONFIG=$folder
  export DOCKER_CONFIG
  said=$(printf '%s' "$INPUT" | docker login --username "$REGISTRY_USER" --password-stdin "$REGISTRY" 2>&1) && return
  said="logging in to $REGISTRY as $REGISTRY_USER failed: $said"
  remedy="Check registry.server, registry.username and registry.password."
  return 1
}

inspect() {
  docker image inspect -f "$1" "$IMAGE" 2>/dev/null
}

is_fixed() {
  case $IMAGE in *@sha256:* | sha256:*) return 0 ;; *) return 1 ;; esac
}

is_from_registry() {
  [ -n "$(inspect '{{join .RepoDigests " "}}')" ]
}

# If it fails, $said and $remedy hold the reason and what to do.
pull_once() {
  remedy="Check the name, push the image, or log in to its registry on this host (docker login)."
  login || return 1
  # A signal ends a wait for a process, but not one for its output.
  DEADLINE=$(seconds_left) docker pull --quiet "$IMAGE" 2>"$folder/said" >/dev/null && return
  said=$(cat "$folder/said")
  return 1
}

seconds_left() {
  left=$((ends - $(date +%s)))
  echo $((left > 1 ? left : 1))
}

# Whether Docker's words in $said mean that the registry may answer another time. A refused login, a name that
# is unknown and a certificate that is not trusted stay as they are.
is_temporary() {
  case $said in
  *toomanyrequests* | *' 429 '* | *': 50'[0-4]' '*) ;;
  *'connection refused'* | *'connection reset'* | *'no route to host'* | *': EOF'* | *'unexpected EOF'*) ;;
  *timeout* | *Timeout* | *'deadline exceeded'* | *'docker login: no answer'*) ;;
  *'Temporary failure in name resolution'* | *'server misbehaving'* | *'Cannot connect to the Docker daemon'*) ;;
  *) return 1 ;;
  esac
  remedy="The registry can't be reached, or has too much to do. Try again in some minutes."
}

pull() {
  ends=$(($(date +%s) + PULL_SECONDS))
  attempts=1
  make_folder
  for pause in 2 4 8 16 ''; do
    ! pull_once || return 0
    is_temporary && [ -n "$pause" ] && [ "$(seconds_left)" -gt "$pause" ] || break
    sleep "$pause"
    attempts=$((attempts + 1))
  done
  [ "$attempts" -eq 1 ] || said="$said ($attempts attempts)"
  inspect '{{.Id}}' >/dev/null || fail "$SETTING: the image $IMAGE could not be pulled: $said
$remedy"
  printf '%s: %s could not be pulled, so the copy on this host is used: %s\n' \
    "$SETTING" "$IMAGE" "$said" >&2
}

up() {
  if ! inspect '{{.Id}}' >/dev/null || { [ -z "${PULLED:-}" ] && ! is_fixed && is_from_registry; }; then
    pull
  fi
  inspect '{{.Id}}'
  repository=${IMAGE%@*}
  case ${repository##*/} in *:*) repository=${repository%:*} ;; esac
  digest=$(inspect '{{join .RepoDigests "\n"}}' | sed -n "s|^\(docker.io/\(library/\)\{0,1\}\)\{0,1\}$repository@||p" | head -n 1)
  [ -n "$digest" ] || digest=$(inspect '{{.Id}}')
  echo "$digest"
}
