# The folders that a container of the app may write: volumes for both colors, and folders of its own. Files that it
# would lose are refused.

# `name:path` of each volume that both colors share; they outlive the stack's containers.
shared() {
  printf '%s\n' "$VOLUMES" | grep . || :
}

# Folders that are the container's own, with what the image has there. Docker removes them with the container.
writable() {
  printf '%s\n' "$WRITABLE" | grep . || :
}

mounted() {
  printf %s "$volumes"
  for folder in $(writable); do printf ' --volume %s' "$folder"; done
}

# Sets $volumes to the options for them. Docker gives a volume that is still empty the owner of the image's folder
# again with each container, although the other color may be using it.
make_volumes() {
  volumes=''
  for volume in $(shared); do
    check_owner volume "${volume%%:*}"
    if docker volume inspect "${volume%%:*}" >/dev/null 2>&1; then
      volumes="$volumes --volume $volume:nocopy"
    else
      docker volume create --label "blue-green.stack=$STACK" --label blue-green.keep=yes "${volume%%:*}" >/dev/null
      volumes="$volumes --volume $volume"
    fi
  done
}

# Docker gives a new folder to root. A shared one that has another owner already is left as it is: the other color
# may be using it.
give_folders() {
  [ -n "$(shared)$(writable)" ] || return 0
  foreign=$({
    shared | sed 's/^[^:]*:/shared /'
    writable | sed 's/^/own /'
  } | docker run --rm --interactive --label "blue-green.stack=$STACK" --volumes-from "$CONTAINER" \
    --network none --user 0:0 --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE --cap-add FOWNER \
    --security-opt no-new-privileges --log-driver none --pull never "$HELPER_IMAGE" sh -c '
    while read -r kind folder; do
      uid=$(stat -c %u "$folder")
      [ "$uid" != "${1%%:*}" ] || continue
      if [ "$kind" = shared ] && [ "$uid" != 0 ]; then
        echo "$folder $uid"
      else
        find "$folder" -depth -exec chown -h "$1" {} +
      fi
    done' give "$owner")
  [ -z "$foreign" ] || fail "app.volumes: $COLOR runs as the user ${owner%%:*}, and the files in ${foreign% *} \
belong to the user ${foreign##* }, so it could not write there.
Run both colors as the same user: pulumi config set --path app.user ${foreign##* }:${foreign##* }"
}

is_within() {
  for outer in /tmp $(shared | sed 's/^[^:]*://') $(writable); do
    case $1/ in "$outer"/*) return 0 ;; esac
  done
  return 1
}

# Each container would get a folder of its own there, and a switch would lose what is in it.
refuse_lost_files() {
  for folder in $(docker image inspect -f '{{range $path, $_ := .Config.Volumes}}{{println $path}}{{end}}' "$IMAGE"); do
    is_within "${folder%/}" || fail "$COLOR: the image $IMAGE_REF keeps files in $folder (VOLUME), so each container \
would have its own, and they would be lost with it.
$([ -z "$NETWORK" ] || {
      at="app.volumes[$(shared | wc -l | tr -d ' ')]"
      echo "To keep them, in one volume for both colors: pulumi config set --path '$at.name' files && \
pulumi config set --path '$at.path' $folder"
    })
If they may be lost: pulumi config set --path 'app.writablePaths[$(writable | wc -l | tr -d ' ')]' $folder"
  done
}
