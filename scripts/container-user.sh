# Whom a container of the app runs as, by its image and app.user, and what that user needs.

# 0, 00, +0
is_zero() {
  case ${1#+} in '' | *[!0]*) return 1 ;; esac
}

# An image whose default user is root runs as the user nobody, and one whose group is root in nobody's group.
user() {
  if [ -n "$APP_USER" ]; then
    echo "$APP_USER"
    return
  fi
  own=$(docker image inspect -f '{{.Config.User}}' "$IMAGE")
  case $own in *:*) group=${own#*:} ;; *) group='' ;; esac
  if [ -z "$own" ] || [ "${own%%:*}" = root ] || is_zero "${own%%:*}"; then
    echo 65534:65534
  elif [ "$group" = root ] || is_zero "$group"; then
    echo "${own%%:*}:65534"
  else
    echo "$own"
  fi
}

# Sets $owner to the numeric user (and group, if it is known) of the container, and $home to its folder, by the
# image's own list of users. Runs nothing of the image.
look_at_user() {
  account=$(user)
  name=${account%%:*} group=''
  case $account in *:*[!0-9]*) ;; *:*) group=${account#*:} ;; esac
  forget_look
  docker create --name "$CONTAINER-look" --label "blue-green.stack=$STACK" --network none --pull never \
    --entrypoint look "$IMAGE" >/dev/null
  entry=$(docker cp "$CONTAINER-look:/etc/passwd" - 2>/dev/null | tar -xOf - 2>/dev/null |
    awk -F : -v name="$name" '$1 == name || $3 == name { print $3 ":" $4 ":" $6; exit }')
  forget_look
  IFS=: read -r number own_group home <<END
$entry
END
  owner=${number:-$name}
  group=${group:-$own_group}
  owner=$owner${group:+:$group}
}

forget_look() {
  docker rm --force --volumes "$CONTAINER-look" >/dev/null 2>&1 || :
}

# A user without a folder of its own gets /tmp, the only one that it may write.
environment() {
  printf '%s\n' "$INPUT"
  case $home in '' | / | /nonexistent) ;; *) return 0 ;; esac
  case "
$INPUT" in *"
HOME="*) return 0 ;; esac
  docker image inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$IMAGE" | grep -q '^HOME=' || echo HOME=/tmp
}
