#!/usr/bin/env bash
# Runs one host for as long as it wants to be up: HOST DIRECTORY MACHINE-NAME. systemd-nspawn ends with 133 when the
# host asked for a reboot. Debian 13's systemd accepts cgroup v1 only when told to by its environment.
set -u
host=$1 at=$2 machine=$3
while :; do
  systemd-nspawn --quiet --directory="$at/root" --register=no --keep-unit --machine="$machine" --hostname="$host" \
    --network-namespace-path="/run/netns/$host" --capability=CAP_NET_ADMIN --bind="$at/home:/home" \
    --resolv-conf=off --timezone=off --link-journal=no --console=pipe --kill-signal=SIGRTMIN+3 \
    --setenv=SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 /lab-init &
  echo $! > "$at/nspawn.pid"
  wait $!
  [ $? = 133 ] || break
done
