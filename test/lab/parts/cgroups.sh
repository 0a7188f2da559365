# shellcheck shell=bash
# cgroup v1, hybrid. The lab has one cgroup in every hierarchy, below the one it was started from, and each host one
# below that, which is all the hierarchy that the host's systemd sees. That includes the unified one, which has no
# controllers but in which systemd tracks its units: left out, all hosts would count each other's processes as theirs.
# Processes are found by cgroup too: nothing that a host or the lab started can leave it, so what is killed by cgroup
# is killed whole, whatever crashed before.

controllers=(memory pids cpu cpuacct blkio freezer systemd unified)

# Prints "controller directory" for the lab or one of its hosts.
cgroups() { # [HOST]
  local controller path
  while IFS=: read -r _ controller path; do
    controller=${controller#name=}
    controller=${controller%%,*}
    controller=${controller:-unified}
    path=${path%%/croft-lab-*}
    [[ " ${controllers[*]} " != *" $controller "* ]] || echo "$controller /sys/fs/cgroup/$controller${path%/}/$name${1:+/$1}"
  done < "/proc/${holder_pid:-self}/cgroup"
}

# Sets `joining`: the words before a command that is to run in the cgroups of the lab or of one of its hosts.
join_cgroups() { # [HOST]
  local controller directory
  joining=("$here/join.sh")
  while read -r controller directory; do
    [ -d "$directory" ] || mkdir -p "$directory"
    joining+=("$directory")
  done < <(cgroups "${1:-}")
  joining+=(--)
}

# Caps what one host may take of the machine.
limit_cgroups() { # HOST
  local controller directory
  while read -r controller directory; do
    case $controller in
      memory) echo "$memory_limit" > "$directory/memory.limit_in_bytes" ;;
      pids) echo "$task_limit" > "$directory/pids.max" ;;
    esac
  done < <(cgroups "$1")
}

# Prints the process id in a file while that process lives. The number alone may be another process by now: the cgroup
# is the proof that it is ours, and a process that is dead but not yet reaped has no namespaces.
living() { # PIDFILE
  local pid
  if pid=$(cat "$1" 2>/dev/null) && grep -q "/$name" "/proc/$pid/cgroup" 2>/dev/null && [ -e "/proc/$pid/ns/mnt" ]; then
    echo "$pid"
  fi
}

# Kills everything in the cgroups of this lab or of one of its hosts, and removes them. Searches by name: the process
# that made them may be long gone.
clear_cgroups() { # [HOST]
  local directory directories _
  for _ in {1..200}; do
    mapfile -t directories < <(find /sys/fs/cgroup -depth -type d \( -path "*/$name${1:+/$1}" -o -path "*/$name${1:+/$1}/*" \) 2>/dev/null)
    [ ${#directories[@]} -gt 0 ] || return 0
    for directory in "${directories[@]}"; do
      xargs -r kill -KILL 2>/dev/null < "$directory/cgroup.procs" || true
    done
    rmdir "${directories[@]}" 2>/dev/null || sleep 0.05
  done
  fail "cannot clear the cgroups of ${1:-the lab}"
}
