# shellcheck shell=bash
# Whether this machine can carry the lab, and the tools it needs for that.

# Prints why the lab cannot run here, or nothing.
obstacle() {
  local controller
  [ "$(id -u)" = 0 ] || { echo 'the lab needs root'; return; }
  [ -e /etc/debian_version ] && type -P apt-get >/dev/null || { echo 'the lab needs a Debian machine'; return; }
  type -P node >/dev/null || { echo 'the lab needs node'; return; }
  [ -e /dev/loop-control ] || { echo 'the lab needs loop devices (/dev/loop-control)'; return; }
  grep -qw overlay /proc/filesystems || { echo 'the lab needs overlayfs'; return; }
  grep -qw btrfs /proc/filesystems || { echo 'the lab needs btrfs'; return; }
  for controller in "${controllers[@]}"; do
    [ -w "/sys/fs/cgroup/$controller/cgroup.procs" ] || { echo "the lab needs the cgroup v1 controller '$controller' at /sys/fs/cgroup"; return; }
  done
}

# Installs the tools that are missing. Without --no-install-recommends apt would bring daemons along.
prepare() {
  local program package missing=()
  while read -r program package; do
    [ -z "$program" ] || type -P "$program" >/dev/null || missing+=("$package")
  done < <(sed 's/#.*//' "$here/packages/machine.txt")
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "lab: installing ${missing[*]}" >&2
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}
