# shellcheck shell=bash
# A host's life: seeded once, booted by boot.sh, entered, stopped.

# Writes what distinguishes a new host from the base image: names, keys, where packages come from.
seed() { # HOST
  local root=$lab/hosts/$1/root one
  [ ! -e "$root/etc/lab-host" ] || return 0
  echo "$1" > "$root/etc/hostname"
  {
    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n'
    for one in "${!number[@]}"; do
      printf '%s %s %s\n' "$ipv4${number[$one]}" "$one.$domain" "$one" "$ipv6${number[$one]}" "$one.$domain" "$one"
    done
  } > "$root/etc/hosts"
  printf 'nameserver %s\noptions timeout:1 attempts:1\n' "$ipv4${number[main]}" > "$root/etc/resolv.conf"
  echo "deb [trusted=yes] http://$ipv4${number[tester]}:$apt_port/${release[$1]} ./" > "$root/etc/apt/sources.list.d/lab.list"
  install -d -m 700 "$root/root/.ssh"
  cp "$key.pub" "$root/root/.ssh/authorized_keys"
  ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$root/etc/ssh/ssh_host_ed25519_key"
  install -m 755 "$here/init.sh" "$root/lab-init"
  echo "$1" > "$root/etc/lab-host"
  sync -f "$root/etc/lab-host"
}

# Prints the outside process id of a host's systemd while it runs.
leader() { # HOST
  local pid
  pid=$(living "$lab/hosts/$1/nspawn.pid")
  [ -z "$pid" ] || pgrep --parent "$pid" | head -n 1 || true
}

boot() { # HOST
  local at=$lab/hosts/$1
  [ -z "$(leader "$1")" ] || return 0
  clear_cgroups "$1"
  start_cable "$1"
  mount_disks "$1"
  seed "$1"
  rm -f "$at/nspawn.pid"
  (
    join_cgroups "$1"
    limit_cgroups "$1"
    exec "${joining[@]}" setsid "$here/boot.sh" "$1" "$at" "$name-$1"
  ) </dev/null >>"$at/console.log" 2>&1 &
}

booted() { # HOST
  state=$(run_inside "$1" timeout 60 systemctl is-system-running --wait 2>/dev/null) || true
  [[ $state == running || $state == degraded ]]
}

# Waits until systemd is done. A failed unit in a bare host is a fault of the lab or of a test: it is told.
await() { # HOST
  local state=
  wait_until 120 booted "$1" || fail "$1 does not come up ($state); see $lab/hosts/$1/console.log"
  [ "$state" = running ] || { echo "lab: $1 is $state:" >&2; run_inside "$1" systemctl --failed --plain --no-legend >&2; }
}

# Runs a command as root inside a host. nsenter would keep this machine's full powers, and `date -s` in a host would
# then move the machine's clock: only what systemd-nspawn leaves to a host is kept.
capabilities=-all
for capability in audit_control audit_write chown dac_override dac_read_search fowner fsetid ipc_owner kill lease \
  linux_immutable mknod net_admin net_bind_service net_broadcast net_raw setfcap setgid setpcap setuid sys_admin sys_boot \
  sys_chroot sys_nice sys_ptrace sys_resource sys_tty_config; do
  capabilities+=,+$capability
done

run_inside() { # HOST CMD..
  local leader way
  way_inside "$1"
  "${way[@]}" "${@:2}"
}

# Sets `way`, the words before a command that is to run as root inside a host, and `leader`: they hold while it lives.
way_inside() { # HOST
  local joining
  leader=$(leader "$1")
  [ -n "$leader" ] || fail "$1 is down"
  join_cgroups "$1"
  way=("${joining[@]}" nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup --root --wdns=/root
    /usr/bin/setpriv "--bounding-set=$capabilities" --inh-caps=-all
    /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}")
}

# Logs in from the tester's place as a member would.
login() { # HOST USER [-i KEY] [CMD..]
  local host=$1 user=$2 identity=$key
  shift 2
  if [ "${1:-}" = -i ]; then identity=$2; shift 2; fi
  "${in_net[@]}" "${as_stranger[@]}" -i "$identity" "$user@$ipv4${number[$host]}" "$@"
}
as_stranger=(ssh -F none -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o LogLevel=ERROR
  -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=10)

install_package() { # HOST DEB
  run_inside "$1" mkdir -p /var/cache/lab
  run_inside "$1" tee "/var/cache/lab/${2##*/}" < "$2" >/dev/null
  run_inside "$1" apt-get -qq update
  run_inside "$1" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y "/var/cache/lab/${2##*/}" </dev/null
}

power_off() { # HOST
  local pid
  pid=$(leader "$1")
  if [ -n "$pid" ]; then
    kill -s RTMIN+4 "$pid"
    wait_until 90 gone "$pid" || echo "lab: $1 did not power off in time: killed" >&2
  fi
  sudden_death "$1"
}
gone() { ! kill -0 "$1" 2>/dev/null; }

# Everything in the host dies at once; what it wrote, even unsynced, is still there.
sudden_death() { # HOST
  clear_cgroups "$1"
  rm -f "$lab/hosts/$1/nspawn.pid"
  unmount_disks "$1"
}

# The disk of / drops all that was not synced (ext4's shutdown ioctl without a log flush), then sudden death.
# /home is not cut so: btrfs has no such ioctl.
power_cut() { # HOST
  # shellcheck disable=SC2016
  perl -e 'open my $disk, "<", $ARGV[0] or die $!; my $how = pack "L", 2; ioctl $disk, 0x8004587d, $how or die $!' "$lab/hosts/$1/disk"
  sudden_death "$1"
}

fill_disk() { # HOST [KIB_LEFT]
  local free
  free=$(run_inside "$1" df --output=avail --block-size=1K / | tail -n 1)
  run_inside "$1" fallocate -l "$((free - ${2:-0}))K" /lab-fill
}
