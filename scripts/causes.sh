# Why a version may not answer, from what Docker knows.

# causes CONTAINER: prints a line for each usual cause that its state and its log show.
causes() {
  # shellcheck disable=SC2046
  set -- "$1" $(docker container inspect -f '{{.State.OOMKilled}} {{.HostConfig.Memory}} {{.RestartCount}} {{.Config.User}}' "$1" 2>/dev/null || echo false 0 0 unknown)
  [ "$2" != true ] || echo "Likely cause: it was killed for memory: app.memoryMb is $(($3 / 1048576)). Raise it, or start fewer workers."
  [ "$4" -eq 0 ] || echo "Likely cause: it keeps exiting; Docker has restarted it since it was made (restarts: $4)."
  log=$(docker logs --tail 50 "$1" 2>&1 </dev/null || :)
  ! said 'read-only file system' || echo "Likely cause: its root file system is read-only; it can write to /tmp."
  ! said '(gosu|setpriv|su-exec|chown|setgroups|setuid|setgid).*not permitted' ||
    echo "Likely cause: it has no capabilities, so gosu, setpriv and chown fail: let the image start as its own user, or set app.user."
  ! said 'permission denied' || echo "Likely cause: it runs as user ${5:-root}, to whom a file that it needs does not belong: give it to that user in the image, or set app.user."
  ! said '(home directory|\$HOME|/nonexistent|/root/)' || echo "Likely cause: its user has no home directory: pulumi config set --path app.env.HOME /tmp"
}

said() {
  printf '%s\n' "$log" | grep -qiE "$1"
}

# port_causes CONTAINER PORT: prints a line if it listens elsewhere. Asks in the container's network.
port_causes() {
  sockets=$(docker run --rm --network "container:$1" --user 65534:65534 --cap-drop ALL --read-only --log-driver none \
    --pull never "$EDGE_IMAGE" cat /proc/net/tcp /proc/net/tcp6 2>/dev/null </dev/null) || return 0
  open='' only_here=''
  # Docker's own name server listens on 127.0.0.11.
  for at in $(printf '%s\n' "$sockets" | awk '$4 == "0A" && $2 !~ /^0B00007F:/ { print $2 }'); do
    port=$((0x${at##*:}))
    case ${at%:*} in
    ??????7F | 00000000000000000000000001000000 | 0000000000000000FFFF0000??????7F) only_here="$only_here $port" ;;
    *) open="$open $port" ;;
    esac
  done
  case " $open " in *" $2 "*) return 0 ;; esac
  case " $only_here " in
  *" $2 "*) echo "Likely cause: it listens on port $2 of 127.0.0.1 alone; it must listen on 0.0.0.0." ;;
  *)
    if [ -n "$open$only_here" ]; then
      echo "Likely cause: it listens on port$open$only_here and not on $2: set app.port, or let it listen on \$PORT."
    else
      echo "Likely cause: it listens on no port yet: it is still booting (health.timeoutSeconds is $GATE_SECONDS), or waits for something."
    fi
    ;;
  esac
}
