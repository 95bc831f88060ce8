# Holds an advisory lock of the database for as long as this container lives: a session of its own, so that whatever
# ends it (a kill, a dead host) frees the lock. Prints `locked` once it has it, `cancelled` for a statement that it has
# ended, `blocked by …` for who holds what a migration waits for, and `error …` when it ends.

cd /tmp
trap '' PIPE
mkfifo questions answers
psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 <questions >answers 2>error &
exec 3>questions 4<answers

# Sets $answer to the only line of the answer.
ask() {
  printf '%s\n' "$1" >&3 2>/dev/null && IFS= read -r answer <&4 || {
    echo "error $(tr '\n' ' ' <error)"
    exit 1
  }
}

WHO="format('pid %s (user %s, application \"%s\", %s) that is %s since %s s', pid, usename, application_name,
  coalesce(client_addr::text, 'local'), state, round(extract(epoch FROM clock_timestamp() - state_change)))"

# Waiting in the server would hold a snapshot, for which CREATE INDEX CONCURRENTLY of the other migration waits.
take() {
  ask "SELECT pg_try_advisory_lock($KEY);"
  while [ "$answer" != t ]; do
    if [ "$WAIT_SECONDS" -le 0 ]; then
      ask "SELECT coalesce((SELECT $WHO FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND
        granted AND classid::bigint = ($KEY::bigint >> 32) AND objid::bigint = ($KEY::bigint & 4294967295) LIMIT 1),
        'nobody any more');"
      echo "held by $answer"
      exit 1
    fi
    WAIT_SECONDS=$((WAIT_SECONDS - 1))
    sleep 1
    ask "SELECT pg_try_advisory_lock($KEY);"
  done
  ask "SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid();"
  begin=$answer
  echo locked
}

# Those that hold a lock and wait for none, while a session that began after this one waits.
tell_blockers() {
  ask "SELECT string_agg($WHO, ', ') FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) = 0 AND pid IN
    (SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity
      WHERE datname = current_database() AND backend_start > '$begin' AND wait_event_type = 'Lock');"
  [ -z "$answer" ] || echo "blocked by $answer"
}

# For clients that do not read PGOPTIONS: ends what has waited too long for a lock that an app's queries never ask for.
end_waiting() {
  ask "SELECT count(pg_cancel_backend(pid)) FROM pg_locks JOIN pg_stat_activity a USING (pid)
    WHERE locktype = 'relation' AND NOT granted AND mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
      AND datname = current_database() AND usename = current_user AND backend_start > '$begin'
      AND clock_timestamp() - waitstart > interval '$LOCK_SECONDS s' + interval '0.5 s';"
  [ "$answer" = 0 ] || echo cancelled
}

take
left=$((HOLD_SECONDS * 2))
while [ "$left" -gt 0 ]; do
  tell_blockers
  end_waiting
  sleep 0.5
  left=$((left - 1))
done
