# shellcheck shell=bash
# The holder: one sleeping process whose mount namespace carries every mount of the lab, so that none shows outside.
# Private towards the machine (nobody copies our mounts, none of theirs arrive), and shared below: systemd-nspawn's
# own namespaces are slaves of it and follow our umounts; otherwise they would pin every other host's disk.

# Prints the holder's process id while it lives.
holder() { living "$lab/holder.pid"; }

# What a holder that died has left running cannot be reached any more: it ends here. Disks stay.
start_holder() {
  [ -z "$(holder)" ] || return 0
  clear_cgroups
  rm -f "$lab/holder.ready"
  (
    join_cgroups
    # shellcheck disable=SC2016
    exec "${joining[@]}" setsid unshare --mount --propagation private sh -ec '
      mount --make-rshared /
      for directory in /run/netns /run/systemd/nspawn; do mkdir -p $directory; mount -t tmpfs tmpfs $directory; done
      touch "$1"
      exec sleep infinity' sh "$lab/holder.ready"
  ) </dev/null >"$lab/holder.log" 2>&1 &
  echo $! > "$lab/holder.pid"
  wait_until 10 test -e "$lab/holder.ready" || fail "the holder did not start: $(cat "$lab/holder.log")"
}

# Runs this command line again inside the holder's mount namespace and in the lab's cgroups: what it starts ends with
# the lab at the latest.
enter_lab() { # ARG..
  if [ -n "${CROFT_LAB_INSIDE:-}" ]; then
    holder_pid=$CROFT_LAB_INSIDE
    unset CROFT_LAB_INSIDE
    return
  fi
  holder_pid=$(holder)
  [ -n "$holder_pid" ] || fail 'the lab is down (lab.sh up)'
  join_cgroups
  CROFT_LAB_INSIDE=$holder_pid exec "${joining[@]}" nsenter --mount="/proc/$holder_pid/ns/mnt" --wd="$PWD" -- "$here/lab.sh" "$@"
}

# Polls a command every 50 ms until it succeeds, or fails after some seconds.
wait_until() { # SECONDS CMD..
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.05
  done
}
