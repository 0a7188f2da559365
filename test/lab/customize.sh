#!/usr/bin/env bash
# Finishes a base image and fills its package pool; mmdebstrap runs it when everything is installed.
# $1 is the new system's root. From image.sh: POOL (a directory), LISTS (test/lab/packages), RELEASE.
# From mmdebstrap: an apt configuration with which the machine's apt acts on the new system.
set -euo pipefail
root=$1

# Fetches what each line of the lists would install on top of the base.
fetch_pool() {
  local list line
  mkdir -p "$POOL/partial"
  for list in "$LISTS/pool.txt" "$LISTS/pool-$RELEASE.txt"; do
    while read -r line; do
      # shellcheck disable=SC2086
      [ -z "$line" ] || APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -qq install -y --download-only --no-install-recommends \
        -o Dir::Cache::Archives="$POOL" $line </dev/null
    done < <(sed 's/#.*//' "$list")
  done
  rm -rf "$POOL/partial" "$POOL/lock"
}

# Writes the index. apt escapes an epoch's colon in file names (1%3a2.0), and a client would escape it again: it goes.
index_pool() {
  local deb
  cd "$POOL"
  for deb in *%3a*.deb; do
    [ ! -e "$deb" ] || mv "$deb" "${deb/_*%3a/_}"
  done
  apt-ftparchive packages . > Packages
  apt-ftparchive -o APT::FTPArchive::Release::Suite="$RELEASE" release . > Release.new
  mv Release.new Release
}

# Leaves a system that boots by itself in well under a second: no device manager, no consoles, no timers of its own.
finish_base() {
  local enable=(ssh.service)
  local mask=(systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service
    console-getty.service getty.target apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer
    e2scrub_reap.service fstrim.timer systemd-networkd-wait-online.service)
  systemctl --root="$root" --quiet enable "${enable[@]}"
  systemctl --root="$root" --quiet mask "${mask[@]}"
  rm -f "$root"/usr/sbin/policy-rc.d "$root"/etc/ssh/ssh_host_* "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
  sed -i /force-unsafe-io/d "$root"/etc/dpkg/dpkg.cfg.d/*
  : > "$root/etc/machine-id"
}

fetch_pool
(index_pool)
finish_base
